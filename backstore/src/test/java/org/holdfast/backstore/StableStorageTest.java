package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StableStorageTest {
  private final ScriptedIo io = new ScriptedIo(512);
  private final StableStorage stable = new StableStorage(io);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  @Test
  void whoAsksWhileAForceRunsIsServedByTheNextOneAndSharesIt() {
    assertThat(outcomes(() -> {})).containsOnly("stable");
    // The one that ran cannot count for those who came later; one more serves all of them.
    assertThat(io.calls).containsExactly("force", "force");
  }

  @Test
  void aForceThatFailsFailsEverybodyBehindIt() {
    assertThat(outcomes(ScriptedIo.fails("Input/output error")))
        .allSatisfy(outcome -> assertThat(outcome).contains("Input/output error"));
    assertThat(io.calls).containsExactly("force");
    assertThat(stable.failed()).isTrue();
  }

  /** What one caller, and five that came while its force ran, were told. */
  private List<String> outcomes(ScriptedIo.Step end) {
    io.onForce =
        () -> {
          entered.countDown();
          await(open);
          end.run();
        };
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<CompletableFuture<String>> all = new ArrayList<>();
      all.add(CompletableFuture.supplyAsync(this::sync, threads));
      await(entered);
      assertThat(stable.waiting()).as("for the next call").isZero();
      for (int i = 0; i < 5; i++) {
        all.add(CompletableFuture.supplyAsync(this::sync, threads));
      }
      while (stable.waiting() < 5) {
        Thread.onSpinWait();
      }
      assertThat(all).noneMatch(CompletableFuture::isDone);
      open.countDown();
      return all.stream().map(one -> one.orTimeout(30, TimeUnit.SECONDS).join()).toList();
    }
  }

  private String sync() {
    try {
      stable.sync();
      return "stable";
    } catch (IOException e) {
      return new UncheckedIOException(e).getMessage();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts these threads", e);
    }
  }
}
