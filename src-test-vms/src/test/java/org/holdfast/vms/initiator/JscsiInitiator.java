package org.holdfast.vms.initiator;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jscsi.exception.ConfigurationException;
import org.jscsi.exception.InternetSCSIException;
import org.jscsi.initiator.Configuration;
import org.jscsi.initiator.Initiator;
import org.jscsi.initiator.LinkFactory;
import org.jscsi.initiator.connection.Connection;
import org.jscsi.initiator.connection.Session;
import org.jscsi.initiator.connection.state.LogoutRequestState;
import org.jscsi.parser.logout.LogoutRequestParser.LogoutReasonCode;

/**
 * jSCSI's initiator, given commands that its own interface does not know: they run as states of its
 * connection (see {@link JscsiCommand}), so login, numbering, encoding and decoding are all
 * jSCSI's.
 *
 * <p>What jSCSI brings with it: it reads the capacity of LUN 0 as part of the login and gives up
 * when that is answered with anything but GOOD, it picks ISIDs that collide (for both see {@link
 * JscsiLoginRelay}), it knows neither digests nor CHAP.
 */
public final class JscsiInitiator implements TestInitiator {
  /** jSCSI's name for the one target in its configuration. */
  private static final String TARGET = "target";

  private final Connection connection;
  private final ExecutorService executor;
  private final int lun;
  private boolean closed;

  private JscsiInitiator(Connection connection, ExecutorService executor, int lun) {
    this.connection = connection;
    this.executor = executor;
    this.lun = lun;
  }

  /**
   * Connects and logs in.
   *
   * @param isid 48 bits, type and all (RFC 7143 clause 11.12.5)
   */
  public static JscsiInitiator login(TargetUnderTest target, String initiatorName, long isid)
      throws IOException {
    JscsiLoginRelay relay = JscsiLoginRelay.to(target.portal(), isid);
    Configuration configuration = configuration(target, relay.address(), initiatorName);
    LinkFactory factory = new LinkFactory(new Initiator(configuration));
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      Session session = new Session(factory, configuration, TARGET, relay.address(), executor);
      Connection connection = session.getNextFreeConnection();
      // The status that the relay kept to itself, and that of the capacity, which jSCSI therefore
      // took for one from the future.
      connection.setExpectedStatusSequenceNumber(
          connection.getExpectedStatusSequenceNumber().getValue() + 2);
      return new JscsiInitiator(connection, executor, target.lun());
    } catch (Exception e) { // what jSCSI's constructor declares
      executor.shutdown();
      relay.abandon();
      throw new IOException("jSCSI could not log in to " + target + ": " + e.getMessage(), e);
    }
  }

  /** jSCSI reads its settings from a file only, checked against a schema in its jar. */
  private static Configuration configuration(
      TargetUnderTest target, InetSocketAddress portal, String initiatorName) throws IOException {
    Path directory = Files.createTempDirectory("holdfast-jscsi-");
    Path schema = directory.resolve("jscsi.xsd");
    Path settings = directory.resolve("jscsi.xml");
    try (InputStream packaged = Session.class.getResourceAsStream("/jscsi.xsd")) {
      Files.copy(packaged, schema);
      Files.writeString(
          settings,
          """
          <configuration xmlns="http://www.jscsi.org/2006-09">
            <global>
              <AuthMethod>None</AuthMethod>
              <DataDigest>None</DataDigest>
              <HeaderDigest>None</HeaderDigest>
              <DataPDUInOrder>Yes</DataPDUInOrder>
              <DataSequenceInOrder>Yes</DataSequenceInOrder>
              <DefaultTime2Retain>20</DefaultTime2Retain>
              <DefaultTime2Wait>2</DefaultTime2Wait>
              <ErrorRecoveryLevel>0</ErrorRecoveryLevel>
              <FirstBurstLength>65536</FirstBurstLength>
              <ImmediateData>Yes</ImmediateData>
              <InitialR2T>Yes</InitialR2T>
              <MaxBurstLength>262144</MaxBurstLength>
              <MaxConnections>1</MaxConnections>
              <MaxOutstandingR2T>1</MaxOutstandingR2T>
              <MaxRecvDataSegmentLength>8192</MaxRecvDataSegmentLength>
              <SessionType>Normal</SessionType>
            </global>
            <target id="%s" address="%s" port="%d">
              <InitiatorName>%s</InitiatorName>
              <TargetName>%s</TargetName>
            </target>
          </configuration>
          """
              .formatted(
                  TARGET,
                  portal.getAddress().getHostAddress(),
                  portal.getPort(),
                  initiatorName,
                  target.iqn()));
      return Configuration.create(schema.toFile(), settings.toFile());
    } catch (ConfigurationException e) {
      throw new IOException("jSCSI refused its configuration", e);
    } finally {
      Files.deleteIfExists(settings);
      Files.deleteIfExists(schema);
      Files.delete(directory);
    }
  }

  @Override
  public ScsiReply execute(byte[] cdb, byte[] dataOut, int expectedIn) throws IOException {
    JscsiCommand command = new JscsiCommand(connection, lun, cdb, dataOut, expectedIn);
    try {
      connection.nextState(command);
    } catch (InternetSCSIException e) {
      throw new IOException("jSCSI could not complete a command: " + e.getMessage(), e);
    }
    return command.reply();
  }

  @Override
  public void drop() throws IOException {
    closed = true;
    connection.close();
    executor.shutdown();
  }

  /** Logs out; jSCSI then closes the session itself. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      connection.nextState(new LogoutRequestState(connection, LogoutReasonCode.CLOSE_SESSION));
    } catch (InternetSCSIException e) {
      throw new IOException("jSCSI could not log out: " + e.getMessage(), e);
    } finally {
      connection.close();
      executor.shutdown();
    }
  }
}
