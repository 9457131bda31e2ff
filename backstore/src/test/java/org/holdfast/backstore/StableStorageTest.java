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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** The kernel has marked the lost pages clean: the next call would succeed and mean nothing. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aForceThatFailedIsNotTriedAgain(boolean defect) {
    io.onForce =
        () -> {
          if (defect) {
            throw new IllegalStateException("a defect");
          }
          throw new IOException("Input/output error");
        };
    assertThat(sync()).contains(defect ? "a defect" : "Input/output error");
    io.onForce = () -> {};
    assertThat(sync()).contains("an earlier fsync failed");
    assertThat(sync()).contains("an earlier fsync failed");
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
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (stable.waiting() < 5) {
        assertThat(System.nanoTime()).as("they do not wait").isLessThan(until);
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
