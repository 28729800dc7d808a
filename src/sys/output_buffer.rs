//! What stdio keeps in memory of a program's output before it is written.

use core::ffi::c_int;

unsafe extern "C" {
    static stdout: *mut libc::FILE;
    static stderr: *mut libc::FILE;

    /// stdio_ext(3): not 0 for a stream that is buffered by lines.
    fn __flbf(stream: *mut libc::FILE) -> c_int;
    /// The size of its buffer: 0 before the first use, 1 where it is not buffered.
    fn __fbufsize(stream: *mut libc::FILE) -> usize;
}

/// Standard output and standard error as stdio has them.
fn streams() -> [*mut libc::FILE; 2] {
    // SAFETY: reads libc's variables, which are set before any program starts.
    unsafe { [stdout, stderr] }
}

/// Writes out what stdio has buffered for standard output and error. The text of a stream that cannot be written to
/// stays in its buffer.
pub fn flush() {
    for stream in streams() {
        // SAFETY: both streams are there as long as the process.
        unsafe { libc::fflush(stream) };
    }
}

/// The same, but for a stream that is buffered by lines: what it holds is the beginning of a line, and stays together
/// with its end.
pub fn flush_but_for_begun_lines() {
    for stream in streams() {
        // SAFETY: both streams are there as long as the process.
        if unsafe { __flbf(stream) } == 0 {
            // SAFETY: the same stream, which is there as long as the process.
            unsafe { libc::fflush(stream) };
        }
    }
}

/// The same for every stream. Not where other threads run: it waits for one that is blocked reading a stream.
pub fn flush_all() {
    // SAFETY: NULL means every output stream.
    unsafe { libc::fflush(core::ptr::null_mut()) };
}

/// Has standard output write each line when it is complete, as a terminal would, unless the program has it unbuffered.
pub fn buffer_by_lines() {
    const BY_LINES: c_int = 1;
    let [output, _] = streams();
    // SAFETY: the stream is there as long as the process.
    if unsafe { __fbufsize(output) } != 1 {
        // SAFETY: the same stream. Without a buffer the call only notes the mode.
        unsafe { libc::setvbuf(output, core::ptr::null_mut(), BY_LINES, 0) };
        // glibc would fill a buffer that has been in use once more without looking for the end of a line. A seek, even
        // one that moves nothing or fails, has it begin anew.
        // SAFETY: the same stream, which is there as long as the process.
        unsafe { libc::fseek(output, 0, libc::SEEK_CUR) };
    }
}
