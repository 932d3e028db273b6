// Java's JSSE as the peer of the close matrix (the command line and the scenarios are those of peer.hpp).
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

public final class Java {
    private static final String QUESTION = "question";
    private static final int LONG_SIZE = 40000;

    private static boolean handshake;
    private static int received, check;
    private static String end = "", late = "", why = "";

    public static void main(String[] arguments) {
        try {
            SSLSocket peer = connect(arguments);
            peer.startHandshake();
            handshake = true;
            play(peer, arguments[2]);
        } catch (Exception error) {
            failed(error);
        }
        System.out.printf("{\"peer\":\"Java %s\",\"handshake\":%s,\"received\":%d,\"check\":%s,\"end\":\"%s\",\"late\":\"%s\","
                + "\"why\":\"%s\"}%n", System.getProperty("java.version"), handshake, received,
                Integer.toUnsignedString(check), end, late, why.replace('"', ' '));
        System.exit(0);
    }

    private static void failed(Exception error) {
        end = "error";
        why = error.getClass().getSimpleName() + ": " + error.getMessage();
    }

    private static SSLSocket connect(String[] arguments) throws Exception {
        boolean server = arguments[0].equals("server");
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(server ? identity(arguments[4], arguments[5]) : null, new TrustManager[] {new Anybody()}, null);
        Socket line = new Socket("127.0.0.1", Integer.parseInt(arguments[3]));
        line.setTcpNoDelay(true);
        line.setSoTimeout(60000);
        SSLSocket peer = (SSLSocket) context.getSocketFactory().createSocket(line, "a.test", line.getPort(), true);
        peer.setUseClientMode(!server);
        peer.setEnabledProtocols(new String[] {"TLSv" + arguments[1]});
        return peer;
    }

    private static javax.net.ssl.KeyManager[] identity(String certificate, String key) throws Exception {
        String text = Files.readString(Path.of(key)).replaceAll("-----[A-Z ]*-----|\\s", "");
        PrivateKey secret = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
        Certificate[] chain;
        try (InputStream file = new FileInputStream(certificate)) {
            chain = CertificateFactory.getInstance("X.509").generateCertificates(file).toArray(new Certificate[0]);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", secret, new char[0], chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static void play(SSLSocket peer, String scenario) throws IOException {
        peer.getInputStream().readNBytes(QUESTION.length());
        peer.getOutputStream().write("answer".getBytes());
        if (scenario.equals("wait")) {
            peer.shutdownOutput();
            readToEnd(peer);
        }
        if (scenario.equals("read") || scenario.equals("late")) readToEnd(peer);
        if (scenario.equals("late")) late = write(peer, "too late") ? "written" : "refused";
        if (scenario.equals("write")) write(peer, "abcdefghijklmnopqrstuvwxyz".repeat(1539).substring(0, LONG_SIZE));
        peer.close();
    }

    private static boolean write(SSLSocket peer, String text) {
        try {
            peer.getOutputStream().write(text.getBytes());
            return true;
        } catch (IOException error) {
            return false;
        }
    }

    private static void readToEnd(SSLSocket peer) {
        try {
            byte[] part = new byte[16384];
            for (int size; (size = peer.getInputStream().read(part)) > 0; received += size)
                for (int i = 0; i < size; ++i) check = check * 31 + (part[i] & 0xFF);
            end = "end";  // -1 for FIN too
        } catch (IOException error) {
            failed(error);
        }
    }

    // Trust is not what the matrix is about.
    private static final class Anybody implements X509TrustManager {
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
