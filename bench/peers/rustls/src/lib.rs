//! rustls: Connection::writer and reader; records through write_tls and read_tls. The table is support/peer.h's.
use rustls::client::{ClientConfig, ClientConnection, ServerCertVerified, ServerCertVerifier, ServerName};
use rustls::server::{NoServerSessionStorage, ServerConfig, ServerConnection};
use rustls::{Certificate, Error, PrivateKey, SupportedCipherSuite};
use std::ffi::CStr;
use std::io::{Read, Write};
use std::os::raw::{c_char, c_int, c_void};
use std::sync::Arc;

const LARGEST_RECORD: usize = 16384;
const WIRE_SIZE: usize = 1 << 20;

#[repr(C)]
pub struct Wanted {
    minor: c_int,
    suite: c_int,
    certificate: *const c_char,
    key: *const c_char,
    variant: *const c_char,
}

#[repr(C)]
pub struct Table {
    establish: extern "C" fn(*const Wanted, *mut c_char, usize) -> *mut c_void,
    prepare: extern "C" fn(*mut c_void, usize, usize) -> c_int,
    seal: extern "C" fn(*mut c_void, usize, usize) -> c_int,
    open: extern "C" fn(*mut c_void, usize, usize) -> c_int,
    opened: extern "C" fn(*mut c_void) -> *const u8,
    close: extern "C" fn(*mut c_void),
}

struct Pair {
    client: ClientConnection,
    server: ServerConnection,
    wire: Vec<u8>,
    payload: Vec<u8>,
    plain: Vec<u8>,
}

struct Anyone;

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &Certificate,
        _: &[Certificate],
        _: &ServerName,
        _: &mut dyn Iterator<Item = &[u8]>,
        _: &[u8],
        _: std::time::SystemTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }
}

/// The body of the first PEM object. The peers' texts are well formed: anything else is skipped.
fn decode_pem(text: &CStr) -> Vec<u8> {
    let mut der = Vec::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for line in text.to_bytes().split(|byte| *byte == b'\n').skip(1).take_while(|line| !line.starts_with(b"-----")) {
        for byte in line {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => continue,
            };
            bits = (bits << 6) | u32::from(value);
            held += 6;
            if held >= 8 {
                held -= 8;
                der.push((bits >> held) as u8);
            }
        }
    }
    der
}

fn suite_of(wanted: &Wanted) -> SupportedCipherSuite {
    use rustls::cipher_suite::*;
    match (wanted.minor, wanted.suite) {
        (3, 0) => TLS13_AES_128_GCM_SHA256,
        (3, 1) => TLS13_AES_256_GCM_SHA384,
        (3, _) => TLS13_CHACHA20_POLY1305_SHA256,
        (_, 0) => TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        (_, 1) => TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        (_, _) => TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    }
}

impl Pair {
    fn new(wanted: &Wanted) -> Result<Pair, Box<dyn std::error::Error>> {
        let (certificate, key) = unsafe { (CStr::from_ptr(wanted.certificate), CStr::from_ptr(wanted.key)) };
        let versions = [if wanted.minor == 3 { &rustls::version::TLS13 } else { &rustls::version::TLS12 }];
        let suites = [suite_of(wanted)];
        let client_config = ClientConfig::builder()
            .with_cipher_suites(&suites)
            .with_safe_default_kx_groups()
            .with_protocol_versions(&versions)?
            .with_custom_certificate_verifier(Arc::new(Anyone))
            .with_no_client_auth();
        let mut server_config = ServerConfig::builder()
            .with_cipher_suites(&suites)
            .with_safe_default_kx_groups()
            .with_protocol_versions(&versions)?
            .with_no_client_auth()
            .with_single_cert(vec![Certificate(decode_pem(certificate))], PrivateKey(decode_pem(key)))?;
        server_config.session_storage = Arc::new(NoServerSessionStorage {});
        let mut pair = Pair {
            client: ClientConnection::new(Arc::new(client_config), "a.test".try_into()?)?,
            server: ServerConnection::new(Arc::new(server_config))?,
            wire: Vec::with_capacity(WIRE_SIZE),
            payload: (0..LARGEST_RECORD).map(|i| (i * 7 + (i >> 8) + 3) as u8).collect(),
            plain: vec![0; LARGEST_RECORD],
        };
        pair.client.set_buffer_limit(None);
        pair.shake()?;
        Ok(pair)
    }

    fn shake(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        while self.client.is_handshaking() || self.server.is_handshaking() || self.server.wants_write() {
            let mut flight = Vec::new();
            while self.client.wants_write() {
                self.client.write_tls(&mut flight)?;
            }
            let mut rest = &flight[..];
            while !rest.is_empty() {
                self.server.read_tls(&mut rest)?;
                self.server.process_new_packets()?;
            }
            flight = Vec::new();
            while self.server.wants_write() {
                self.server.write_tls(&mut flight)?;
            }
            let mut rest = &flight[..];
            while !rest.is_empty() {
                self.client.read_tls(&mut rest)?;
                self.client.process_new_packets()?;
            }
        }
        Ok(())
    }

    fn seal(&mut self, size: usize, count: usize) -> Result<(), Box<dyn std::error::Error>> {
        for _ in 0..count {
            self.client.writer().write_all(&self.payload[..size])?;
            while self.client.wants_write() {
                self.client.write_tls(&mut self.wire)?;
            }
        }
        Ok(())
    }

    fn open(&mut self, size: usize, count: usize) -> Result<(), Box<dyn std::error::Error>> {
        let mut rest = &self.wire[..];
        let mut left = size * count;
        while left > 0 {
            if self.server.read_tls(&mut rest)? == 0 {
                return Err("records are missing".into());
            }
            let mut ready = self.server.process_new_packets()?.plaintext_bytes_to_read();
            left -= ready;
            while ready > 0 {
                let wanted = ready.min(size);
                self.server.reader().read_exact(&mut self.plain[..wanted])?;
                ready -= wanted;
            }
        }
        Ok(())
    }
}

fn outcome(done: Result<(), Box<dyn std::error::Error>>) -> c_int {
    match done {
        Ok(()) => 0,
        Err(why) => {
            eprintln!("rustls: {why}");
            -1
        }
    }
}

fn pair<'a>(at: *mut c_void) -> &'a mut Pair {
    unsafe { &mut *at.cast::<Pair>() }
}

extern "C" fn establish(wanted: *const Wanted, why: *mut c_char, why_size: usize) -> *mut c_void {
    match Pair::new(unsafe { &*wanted }) {
        Ok(made) => Box::into_raw(Box::new(made)).cast(),
        Err(error) => {
            let text = error.to_string();
            let size = text.len().min(why_size - 1);
            unsafe {
                std::ptr::copy_nonoverlapping(text.as_ptr().cast(), why, size);
                *why.add(size) = 0;
            }
            std::ptr::null_mut()
        }
    }
}
extern "C" fn prepare(at: *mut c_void, _: usize, _: usize) -> c_int {
    pair(at).wire.clear();
    0
}
extern "C" fn seal(at: *mut c_void, size: usize, count: usize) -> c_int {
    outcome(pair(at).seal(size, count))
}
extern "C" fn open(at: *mut c_void, size: usize, count: usize) -> c_int {
    outcome(pair(at).open(size, count))
}
extern "C" fn opened(at: *mut c_void) -> *const u8 {
    pair(at).plain.as_ptr()
}
extern "C" fn close(at: *mut c_void) {
    drop(unsafe { Box::from_raw(at.cast::<Pair>()) })
}

static TABLE: Table = Table { establish, prepare, seal, open, opened, close };

#[no_mangle]
pub extern "C" fn schannix_bench_peer() -> *const Table {
    &TABLE
}
