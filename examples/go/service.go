// A service in Go: `service DIRECTORY start|stop|status`. Go's threads do not survive a fork, so daemonize_exec starts this very
// program again, with `serve`. It answers on a Unix socket in DIRECTORY. Built with cgo: `go build service.go`.
package main

// #cgo pkg-config: libdaemon-1
// #include <libdaemon.h>
// #include <stdlib.h>
import "C"

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"
)

const ready = 3 // the descriptor on which the program says that it is ready

// What the library says belongs to the thread that made the call: the caller has locked it.
func check(result C.int) C.int {
	if result == -1 {
		fmt.Fprintln(os.Stderr, "service:", C.GoString(C.libdaemon_last_error()))
		os.Exit(int(C.libdaemon_last_status()))
	}
	return result
}

// C strings, which live as long as this program, and NULL behind the last.
func words(texts ...string) **C.char {
	size := C.size_t(len(texts)+1) * C.size_t(unsafe.Sizeof(uintptr(0)))
	array := (**C.char)(C.calloc(1, size))
	places := unsafe.Slice(array, len(texts)+1)
	for place, text := range texts {
		places[place] = C.CString(text)
	}
	return array
}

func start(directory string, pidfile *C.char) {
	program, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, "service:", err)
		os.Exit(1)
	}
	options := C.daemonize_options_new()
	defer C.daemonize_options_free(options)
	check(C.daemonize_options_pidfile(options, pidfile))
	check(C.daemonize_options_log(options, C.CString(filepath.Join(directory, "service.log"))))
	check(C.daemonize_options_notify_fd(options, ready))
	check(C.daemonize_options_wait_ready(options, 10000))
	pid := check(C.daemonize_exec(options, C.CString(program), words(program, directory, "serve")))
	fmt.Println("started as process", pid)
}

func status(pidfile *C.char) {
	pid := check(C.daemonize_status(pidfile))
	if pid == 0 {
		fmt.Println("not running")
		os.Exit(3)
	}
	fmt.Println("runs as process", pid)
}

func serve(directory string) error {
	path := filepath.Join(directory, "socket")
	os.Remove(path)
	server, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() { <-stop; os.Exit(0) }()
	fmt.Println("serving")
	notify := os.NewFile(ready, "ready")
	notify.Write([]byte("\n"))
	notify.Close()
	for {
		client, err := server.Accept()
		if err != nil {
			return err
		}
		client.Write([]byte("hello\n"))
		client.Close()
	}
}

// Keeps the main goroutine on one thread: see check.
func init() { runtime.LockOSThread() }

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: service DIRECTORY start|stop|status")
		os.Exit(64)
	}
	directory, _ := filepath.Abs(os.Args[1])
	pidfile := C.CString(filepath.Join(directory, "service.pid"))
	switch os.Args[2] {
	case "start":
		start(directory, pidfile)
	case "stop":
		check(C.daemonize_stop(pidfile, 10000, true))
	case "status":
		status(pidfile)
	case "serve":
		fmt.Fprintln(os.Stderr, "service:", serve(directory))
		os.Exit(1)
	}
}
