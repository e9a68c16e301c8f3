//! A ClientHello, as far as it is there.

/// Version and random of a hello.
const FIXED_BYTES: usize = 2 + 32;
const SERVER_NAME: u16 = 0x0000;
const SIGNATURE_ALGORITHMS: u16 = 0x000d;
const ALPN: u16 = 0x0010;
const SUPPORTED_VERSIONS: u16 = 0x002b;
const HOST_NAME: u8 = 0;

/// What a client offers, in its order; GREASE (RFC 8701) is still in it.
#[derive(Debug, Default)]
pub(crate) struct ClientHello<'a> {
    /// `legacy_version`.
    pub(crate) version: u16,
    pub(crate) ciphers: Vec<u16>,
    pub(crate) extensions: Vec<Extension<'a>>,
    /// Every list of it ends where it says that it ends.
    pub(crate) is_whole: bool,
}

/// One extension.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extension<'a> {
    pub(crate) kind: u16,
    pub(crate) data: &'a [u8],
}

impl<'a> ClientHello<'a> {
    /// Reads the body of the handshake message; what stands before a cut is kept.
    pub(crate) fn read(body: &'a [u8]) -> Self {
        let mut hello = Self::default();
        hello.is_whole = hello.fill(body).is_some();
        hello
    }

    /// Version and random; session id, cipher suites, compressions behind their lengths; then the extensions,
    /// which SSL 3.0 does not have.
    fn fill(&mut self, body: &'a [u8]) -> Option<()> {
        self.version = body.first_chunk().copied().map(u16::from_be_bytes)?;
        let (_, session) = prefixed::<1>(body.get(FIXED_BYTES..)?)?;
        let (suites, compressions) = prefixed::<2>(session)?;
        self.ciphers = numbers(suites);
        let (_, extensions) = prefixed::<1>(compressions)?;
        let Some((length, mut rest)) = extensions.split_first_chunk::<2>() else {
            return extensions.is_empty().then_some(());
        };
        let is_complete = usize::from(u16::from_be_bytes(*length)) == rest.len();
        while let Some((kind, behind)) = rest.split_first_chunk::<2>() {
            let (data, next) = prefixed::<2>(behind)?;
            self.extensions.push(Extension { kind: u16::from_be_bytes(*kind), data });
            rest = next;
        }
        (is_complete && rest.is_empty()).then_some(())
    }

    /// The name of the server (RFC 6066 section 3).
    pub(crate) fn server_name(&self) -> Option<&'a [u8]> {
        let [_, _, HOST_NAME, name @ ..] = self.extension(SERVER_NAME)? else { return None };
        prefixed::<2>(name).map(|(name, _)| name)
    }

    /// Whether it names a server at all.
    pub(crate) fn names_server(&self) -> bool {
        self.extension(SERVER_NAME).is_some()
    }

    /// The first protocol of the next layer (RFC 7301).
    pub(crate) fn first_alpn(&self) -> Option<&'a [u8]> {
        let (protocols, _) = prefixed::<2>(self.extension(ALPN)?)?;
        prefixed::<1>(protocols).map(|(first, _)| first)
    }

    /// The versions it supports (RFC 8446 section 4.2.1).
    pub(crate) fn supported_versions(&self) -> Vec<u16> {
        self.list::<1>(SUPPORTED_VERSIONS)
    }

    /// The signature algorithms it takes, in its order.
    pub(crate) fn signature_algorithms(&self) -> Vec<u16> {
        self.list::<2>(SIGNATURE_ALGORITHMS)
    }

    fn list<const N: usize>(&self, kind: u16) -> Vec<u16> {
        let list = self.extension(kind).and_then(prefixed::<N>);
        list.map(|(items, _)| numbers(items)).unwrap_or_default()
    }

    fn extension(&self, kind: u16) -> Option<&'a [u8]> {
        self.extensions.iter().find(|extension| extension.kind == kind).map(|found| found.data)
    }
}

fn numbers(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
}

/// What stands behind a length of `N` octets, and what follows it.
fn prefixed<const N: usize>(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<N>()?;
    let length = length.iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
    rest.split_at_checked(length)
}
