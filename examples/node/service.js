// A service on Node: `node service.js DIRECTORY start|stop|status`. Node does not survive a fork, so daemonize_exec starts this
// very program again, with `serve`. It answers on a Unix socket in DIRECTORY. Needs koffi: `npm install koffi`.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

const READY = 3; // the descriptor on which the program says that it is ready

function daemonize() {
  const library = require('koffi').load(process.env.LIBDAEMON ?? 'libdaemon.so.1');
  const functions = [
    'void *daemonize_options_new(void)', 'void daemonize_options_free(void *options)',
    'int daemonize_options_pidfile(void *options, str path)', 'int daemonize_options_log(void *options, str path)',
    'int daemonize_options_notify_fd(void *options, int fd)', 'int daemonize_options_wait_ready(void *options, int ms)',
    'int daemonize_exec(void *options, str path, const char **argv)', 'int daemonize_status(str pidfile)',
    'int daemonize_stop(str pidfile, int ms, bool kill)', 'str libdaemon_last_error(void)', 'int libdaemon_last_status(void)',
  ].map((prototype) => library.func(prototype));
  const named = Object.fromEntries(functions.map((call) => [call.info.name, call]));
  return (name, ...given) => {
    const result = named[name](...given);
    if (result !== -1) return result;
    console.error(`service: ${named.libdaemon_last_error()}`);
    process.exit(named.libdaemon_last_status());
  };
}

function start(directory, pidfile) {
  const call = daemonize();
  const options = call('daemonize_options_new');
  call('daemonize_options_pidfile', options, pidfile);
  call('daemonize_options_log', options, path.join(directory, 'service.log'));
  call('daemonize_options_notify_fd', options, READY);
  call('daemonize_options_wait_ready', options, 10000);
  const program = [process.execPath, __filename, directory, 'serve'];
  console.log(`started as process ${call('daemonize_exec', options, program[0], [...program, null])}`);
  call('daemonize_options_free', options);
}

function status(pidfile) {
  const pid = daemonize()('daemonize_status', pidfile);
  console.log(pid ? `runs as process ${pid}` : 'not running');
  process.exitCode = pid ? 0 : 3;
}

function serve(directory) {
  const socket = path.join(directory, 'socket');
  fs.rmSync(socket, { force: true });
  net.createServer((client) => client.end('hello\n')).listen(socket, () => {
    console.log('serving');
    fs.writeSync(READY, '\n');
    fs.closeSync(READY);
  });
}

const directory = path.resolve(process.argv[2] ?? '.');
const pidfile = path.join(directory, 'service.pid');
switch (process.argv[3]) {
  case 'start': start(directory, pidfile); break;
  case 'stop': daemonize()('daemonize_stop', pidfile, 10000, true); break;
  case 'status': status(pidfile); break;
  case 'serve': serve(directory); break;
  default: console.error('usage: service.js DIRECTORY start|stop|status'); process.exitCode = 64;
}
