// A service in Java: `java -cp jna.jar Service.java DIRECTORY start|stop|status`. Java's threads do not survive a fork, so
// daemonize_exec starts this very program again, with `serve`. It answers on a Unix socket in DIRECTORY. Needs JNA (Debian's
// libjna-java: /usr/share/java/jna.jar) and Java 16 or newer.
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import java.io.FileOutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

public class Service {
    /** The descriptor on which the program says that it is ready. */
    static final int READY = 3;

    interface Libdaemon extends Library {
        Pointer daemonize_options_new();
        void daemonize_options_free(Pointer options);
        int daemonize_options_pidfile(Pointer options, String path);
        int daemonize_options_log(Pointer options, String path);
        int daemonize_options_notify_fd(Pointer options, int fd);
        int daemonize_options_wait_ready(Pointer options, int milliseconds);
        int daemonize_exec(Pointer options, String path, StringArray argv);
        int daemonize_status(String pidfile);
        int daemonize_stop(String pidfile, int milliseconds, boolean kill);
        String libdaemon_last_error();
        int libdaemon_last_status();
    }

    static Libdaemon load() {
        String name = System.getenv().getOrDefault("LIBDAEMON", "libdaemon.so.1");
        return Native.load(name, Libdaemon.class);
    }

    static int check(Libdaemon library, int result) {
        if (result == -1) {
            System.err.println("service: " + library.libdaemon_last_error());
            System.exit(library.libdaemon_last_status());
        }
        return result;
    }

    static void start(Path directory, String pidfile) {
        Libdaemon library = load();
        Pointer options = library.daemonize_options_new();
        check(library, library.daemonize_options_pidfile(options, pidfile));
        check(library, library.daemonize_options_log(options, directory.resolve("service.log").toString()));
        check(library, library.daemonize_options_notify_fd(options, READY));
        check(library, library.daemonize_options_wait_ready(options, 30000));
        String java = ProcessHandle.current().info().command().orElse("java");
        // The source where that is run, else the class.
        String source = System.getProperty("jdk.launcher.sourcefile", "Service");
        String[] program = {java, "-cp", System.getProperty("java.class.path"), source, directory.toString(), "serve"};
        int pid = check(library, library.daemonize_exec(options, java, new StringArray(program)));
        System.out.println("started as process " + pid);
        library.daemonize_options_free(options);
    }

    static void status(String pidfile) {
        Libdaemon library = load();
        int pid = check(library, library.daemonize_status(pidfile));
        System.out.println(pid == 0 ? "not running" : "runs as process " + pid);
        System.exit(pid == 0 ? 3 : 0);
    }

    static void serve(Path directory) throws Exception {
        Path path = directory.resolve("socket");
        Files.deleteIfExists(path);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        System.out.println("serving");
        try (FileOutputStream ready = new FileOutputStream("/dev/fd/" + READY)) {
            ready.write('\n');
        }
        while (true) {
            try (var client = server.accept()) {
                client.write(ByteBuffer.wrap("hello\n".getBytes()));
            }
        }
    }

    public static void main(String[] given) throws Exception {
        Path directory = Path.of(given.length > 0 ? given[0] : ".").toAbsolutePath();
        String pidfile = directory.resolve("service.pid").toString();
        switch (given.length > 1 ? given[1] : "") {
            case "start" -> start(directory, pidfile);
            case "stop" -> {
                Libdaemon library = load();
                check(library, library.daemonize_stop(pidfile, 10000, true));
            }
            case "status" -> status(pidfile);
            case "serve" -> serve(directory);
            default -> {
                System.err.println("usage: Service.java DIRECTORY start|stop|status");
                System.exit(64);
            }
        }
    }
}
