//! Just enough of HTTP to ask a server under test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU32, Ordering};

use super::GUARD;

/// A loopback address and port that no other test has, in this run or in one beside it: the process and the number of
/// the call are in it.
pub fn own_address() -> String {
    super::needs::loopback();
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let pid = std::process::id();
    let port = 20_000 + CALLS.fetch_add(1, Ordering::Relaxed);
    format!("127.{}.{}.{}:{port}", 1 + (pid >> 15), (pid >> 7) & 0xff, 1 + (pid & 0x7f))
}

/// A connection.
pub struct Client(BufReader<TcpStream>);

/// What the server says.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u32,
    pub body: String,
}

impl Client {
    pub fn connect(address: &str) -> Client {
        let stream = TcpStream::connect(address).unwrap_or_else(|error| panic!("connect to {address}: {error}"));
        stream.set_read_timeout(Some(GUARD)).expect("a limit for reading");
        Client(BufReader::new(stream))
    }

    /// Sends the first line of a request.
    pub fn begin(&mut self, path: &str) {
        self.send(&format!("GET {path} HTTP/1.1\r\n"));
    }

    /// Sends the rest of it.
    pub fn finish(&mut self) {
        self.send("Host: test\r\n\r\n");
    }

    /// Waits for the answer; None when the server closes the connection instead.
    pub fn answer(&mut self) -> Option<Answer> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
        let mut length = None;
        loop {
            let line = self.line().expect("the whole head of an answer");
            match line.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().ok()
                }
                None if line.is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length.expect("the length of the answer")];
        self.0.read_exact(&mut body).expect("the whole answer");
        Some(Answer { status: status.expect("a status"), body: String::from_utf8(body).expect("UTF-8") })
    }

    /// Asks for that path, over this connection.
    pub fn get(&mut self, path: &str) -> Option<Answer> {
        self.begin(path);
        self.finish();
        self.answer()
    }

    fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).expect("send to the server");
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(line.trim_end().to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("the server does not answer: {error}"),
        }
    }
}

/// Asks for that path over a connection of its own: the body of the answer, which must be a good one.
pub fn get(address: &str, path: &str) -> String {
    let answer = Client::connect(address).get(path).unwrap_or_else(|| panic!("no answer to {path}"));
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}
