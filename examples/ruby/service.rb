# A service in Ruby: `ruby service.rb DIRECTORY start|stop|status`. daemonize_exec starts this very program again, with `serve`, so
# that threads and gems of the launcher do not matter. It answers on a Unix socket in DIRECTORY. Needs nothing but Ruby.
require "fiddle/import"
require "rbconfig"
require "socket"

module Libdaemon
  extend Fiddle::Importer
  dlload ENV.fetch("LIBDAEMON", "libdaemon.so.1")
  extern "void *daemonize_options_new()"
  extern "void daemonize_options_free(void *)"
  extern "int daemonize_options_pidfile(void *, const char *)"
  extern "int daemonize_options_log(void *, const char *)"
  extern "int daemonize_options_notify_fd(void *, int)"
  extern "int daemonize_options_wait_ready(void *, int)"
  extern "int daemonize_exec(void *, const char *, void *)"
  extern "int daemonize_status(const char *)"
  extern "int daemonize_stop(const char *, int, char)"
  extern "char *libdaemon_last_error()"
  extern "int libdaemon_last_status()"

  def self.call(name, *given)
    result = send(name, *given)
    return result unless result == -1
    warn "service: #{libdaemon_last_error}"
    exit libdaemon_last_status
  end

  # An array of C strings that ends in NULL.
  def self.words(texts) = (texts.map { |text| Fiddle::Pointer[text].to_i } + [0]).pack("J*")
end

READY = 3 # the descriptor on which the program says that it is ready

def start(directory, pidfile)
  options = Libdaemon.daemonize_options_new
  Libdaemon.call(:daemonize_options_pidfile, options, pidfile)
  Libdaemon.call(:daemonize_options_log, options, File.join(directory, "service.log"))
  Libdaemon.call(:daemonize_options_notify_fd, options, READY)
  Libdaemon.call(:daemonize_options_wait_ready, options, 10_000)
  program = [RbConfig.ruby, File.expand_path(__FILE__), directory, "serve"]
  puts "started as process #{Libdaemon.call(:daemonize_exec, options, program[0], Libdaemon.words(program))}"
  Libdaemon.daemonize_options_free(options)
end

def status(pidfile)
  pid = Libdaemon.call(:daemonize_status, pidfile)
  puts pid.zero? ? "not running" : "runs as process #{pid}"
  exit pid.zero? ? 3 : 0
end

def serve(directory)
  path = File.join(directory, "socket")
  File.delete(path) if File.exist?(path)
  server = UNIXServer.new(path)
  puts "serving"
  $stdout.flush
  IO.for_fd(READY, "w").tap { |ready| ready.puts }.close
  loop { server.accept.tap { |client| client.puts "hello" }.close }
end

directory = File.expand_path(ARGV[0] || ".")
pidfile = File.join(directory, "service.pid")
case ARGV[1]
when "start" then start(directory, pidfile)
when "stop" then Libdaemon.call(:daemonize_stop, pidfile, 10_000, 1)
when "status" then status(pidfile)
when "serve" then serve(directory)
else abort "usage: service.rb DIRECTORY start|stop|status"
end
