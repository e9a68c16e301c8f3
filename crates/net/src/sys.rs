//! The calls of the system that no safe crate offers; the only module of the project that may hold `unsafe`.
//!
//! Nothing is understood here: bytes come in, bytes go out, and [`crate::control`] reads them.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr;

/// Messages that one call receives.
pub(crate) const BATCH: usize = 32;
const BATCH_LEN: libc::c_uint = 32;
/// A datagram has no more.
const PAYLOAD_BYTES: usize = 65_536;
/// `sockaddr_storage`
const NAME_BYTES: usize = 128;
/// What the system says beside a message: one error with the address of who said it takes 64 bytes.
const CONTROL_BYTES: usize = 256;

const NAME_LEN: libc::socklen_t = 128;
const _: () = assert!(BATCH_LEN as usize == BATCH && NAME_LEN as usize == NAME_BYTES);
const INT_LEN: libc::socklen_t = 4;

/// `SO_MEMINFO`: Linux 4.12; the same number on all architectures that are built for.
const SO_MEMINFO: libc::c_int = 55;
/// Numbers that it gives, the last of which counts what was dropped.
const MEMINFO: usize = 9;
const MEMINFO_LEN: libc::socklen_t = 36;

/// A setting of a socket that is one number.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Setting {
    /// Errors of IPv4 come back, with who said so.
    Errors4,
    /// Errors of IPv6 come back, with who said so.
    Errors6,
    /// Only groups that this socket joined are heard on it.
    AllGroups4,
    /// How often the first packet of a connection is sent again.
    ConnectionRepeats,
}

impl Setting {
    const fn numbers(self) -> (libc::c_int, libc::c_int) {
        match self {
            Self::Errors4 => (libc::SOL_IP, libc::IP_RECVERR),
            Self::Errors6 => (libc::SOL_IPV6, libc::IPV6_RECVERR),
            Self::AllGroups4 => (libc::SOL_IP, libc::IP_MULTICAST_ALL),
            Self::ConnectionRepeats => (libc::SOL_TCP, libc::TCP_SYNCNT),
        }
    }
}

/// Sets one.
pub(crate) fn set(socket: BorrowedFd<'_>, setting: Setting, value: libc::c_int) -> io::Result<()> {
    let (level, name) = setting.numbers();
    let value_at = (&raw const value).cast();
    // SAFETY: the descriptor is borrowed, so it is open; the pointer is to a number on the stack, of the length given, and
    // is read before the call returns.
    let result = unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, value_at, INT_LEN) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// How many messages the system has dropped that came for a socket: its buffer was full. `None` where the system does not
/// say. Unlike `SO_RXQ_OVFL` it is said whether or not another message came after.
pub(crate) fn dropped(socket: BorrowedFd<'_>) -> Option<u32> {
    let mut numbers = [0_u32; MEMINFO];
    let mut length = MEMINFO_LEN;
    // SAFETY: the descriptor is borrowed, so it is open; the array has the length given, and both pointers are to the stack
    // and not kept.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            SO_MEMINFO,
            numbers.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    (result == 0 && length >= MEMINFO_LEN).then_some(numbers[MEMINFO - 1])
}

/// Which queue of a socket is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queue {
    /// Messages from others.
    Messages,
    /// What the system says of messages that were sent.
    Errors,
}

/// Room for one batch of messages, taken once and used for all sockets.
pub(crate) struct Inbox {
    payloads: Box<[u8]>,
    names: [[u8; NAME_BYTES]; BATCH],
    controls: [[u8; CONTROL_BYTES]; BATCH],
    came: [Came; BATCH],
}

/// How much of the room of one message is filled.
#[derive(Debug, Clone, Copy, Default)]
struct Came {
    name: usize,
    payload: usize,
    control: usize,
    is_cut: bool,
}

/// One message, as it came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message<'i> {
    /// A socket address: who sent it; in the queue of errors, to whom it had been sent.
    pub(crate) name: &'i [u8],
    /// Its bytes.
    pub(crate) payload: &'i [u8],
    /// What the system says beside it.
    pub(crate) control: &'i [u8],
    /// Whether there was more of it.
    pub(crate) is_cut: bool,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self {
            payloads: vec![0; BATCH * PAYLOAD_BYTES].into_boxed_slice(),
            names: [[0; NAME_BYTES]; BATCH],
            controls: [[0; CONTROL_BYTES]; BATCH],
            came: [Came::default(); BATCH],
        }
    }

    /// Receives what is there, at most [`BATCH`] messages, without waiting.
    pub(crate) fn receive(&mut self, socket: BorrowedFd<'_>, queue: Queue) -> io::Result<usize> {
        let flags = match queue {
            Queue::Messages => libc::MSG_DONTWAIT,
            Queue::Errors => libc::MSG_DONTWAIT | libc::MSG_ERRQUEUE,
        };
        let mut payloads = self.payloads.chunks_exact_mut(PAYLOAD_BYTES);
        let mut slices: [libc::iovec; BATCH] = std::array::from_fn(|_| {
            let payload = payloads.next().unwrap_or_default();
            libc::iovec { iov_base: payload.as_mut_ptr().cast(), iov_len: payload.len() }
        });
        let mut rooms = slices.iter_mut().zip(&mut self.names).zip(&mut self.controls);
        let mut headers: [libc::mmsghdr; BATCH] = std::array::from_fn(|_| {
            rooms.next().map_or_else(empty_header, |((slice, name), control)| libc::mmsghdr {
                msg_hdr: libc::msghdr {
                    msg_name: name.as_mut_ptr().cast(),
                    msg_namelen: NAME_LEN,
                    msg_iov: slice,
                    msg_iovlen: 1,
                    msg_control: control.as_mut_ptr().cast(),
                    msg_controllen: control.len(),
                    msg_flags: 0,
                },
                msg_len: 0,
            })
        });
        // SAFETY: the descriptor is borrowed, so it is open. There are BATCH headers. Each points to a name, a slice and a
        // control buffer of its own with their lengths, the slice to a payload of its own; all of them live in `self`, which
        // is borrowed for us alone, or on this stack. Nothing is kept after the call.
        let count = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                headers.as_mut_ptr(),
                BATCH_LEN,
                flags,
                ptr::null_mut(),
            )
        };
        let count = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
        for (came, header) in self.came.iter_mut().zip(&headers).take(count) {
            *came = Came {
                name: header.msg_hdr.msg_namelen as usize,
                payload: header.msg_len as usize,
                control: header.msg_hdr.msg_controllen,
                is_cut: header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0,
            };
        }
        Ok(count)
    }

    /// The first `count` messages of the last batch.
    pub(crate) fn messages(&self, count: usize) -> impl Iterator<Item = Message<'_>> {
        let rooms = self.payloads.chunks_exact(PAYLOAD_BYTES).zip(&self.names).zip(&self.controls);
        rooms.zip(&self.came).take(count).map(|(((payload, name), control), came)| Message {
            name: filled(name, came.name),
            payload: filled(payload, came.payload),
            control: filled(control, came.control),
            is_cut: came.is_cut,
        })
    }
}

/// What is filled of a room, never more than the room.
fn filled(room: &[u8], length: usize) -> &[u8] {
    room.get(..length).unwrap_or(room)
}

fn empty_header() -> libc::mmsghdr {
    libc::mmsghdr {
        msg_hdr: libc::msghdr {
            msg_name: ptr::null_mut(),
            msg_namelen: 0,
            msg_iov: ptr::null_mut(),
            msg_iovlen: 0,
            msg_control: ptr::null_mut(),
            msg_controllen: 0,
            msg_flags: 0,
        },
        msg_len: 0,
    }
}

/// One address of an interface, as the system lists it.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) flags: libc::c_uint,
    /// A socket address, of any family.
    pub(crate) address: Vec<u8>,
    pub(crate) mask: Vec<u8>,
}

/// Every address of every interface.
pub(crate) fn listed() -> io::Result<Vec<Listed>> {
    let mut first: *mut libc::ifaddrs = ptr::null_mut();
    // SAFETY: the pointer is to a pointer on the stack, which the call fills.
    if unsafe { libc::getifaddrs(&raw mut first) } != 0 {
        return Err(io::Error::last_os_error());
    }
    let mut listed = Vec::new();
    let mut next = first;
    // SAFETY: each entry is a valid `ifaddrs` or null until `freeifaddrs`, and nobody changes them.
    while let Some(entry) = unsafe { next.as_ref() } {
        // SAFETY: the name of an entry is a C string that lives as long as the entry.
        let name = unsafe { CStr::from_ptr(entry.ifa_name) };
        listed.push(Listed {
            name: name.to_string_lossy().into_owned(),
            flags: entry.ifa_flags,
            // SAFETY: addresses of entries are null or valid socket addresses of the family that they name.
            address: unsafe { copied(entry.ifa_addr) },
            // SAFETY: likewise.
            mask: unsafe { copied(entry.ifa_netmask) },
        });
        next = entry.ifa_next;
    }
    // SAFETY: the list came from `getifaddrs`, is freed once, and nothing refers to it any more.
    unsafe { libc::freeifaddrs(first) };
    Ok(listed)
}

/// The bytes of a socket address.
///
/// # Safety
/// `address` is null, or points to a whole socket address of the family that it names.
unsafe fn copied(address: *const libc::sockaddr) -> Vec<u8> {
    // SAFETY: the caller says that it is null or valid, and every socket address begins with its family.
    let Some(family) = (unsafe { address.as_ref() }).map(|head| head.sa_family) else {
        return Vec::new();
    };
    let length = match libc::c_int::from(family) {
        libc::AF_INET => size_of::<libc::sockaddr_in>(),
        libc::AF_INET6 => size_of::<libc::sockaddr_in6>(),
        libc::AF_PACKET => size_of::<libc::sockaddr_ll>(),
        _ => 0,
    };
    // SAFETY: the caller says that the address is whole; this is the length of its family, or nothing.
    unsafe { std::slice::from_raw_parts(address.cast::<u8>(), length) }.to_vec()
}

/// Has the flag set, and nothing else done, when the program is told to stop (Ctrl-C, SIGTERM).
pub(crate) fn on_stop(
    signals: &[libc::c_int],
    handler: extern "C" fn(libc::c_int),
) -> io::Result<()> {
    for signal in signals {
        let handler = handler as *const () as libc::sighandler_t;
        // SAFETY: the handler stores to an atomic and does nothing else, which a handler may do at any time.
        if unsafe { libc::signal(*signal, handler) } == libc::SIG_ERR {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Ends the program at once, without any of its last words.
pub(crate) fn exit_now(code: libc::c_int) -> ! {
    // SAFETY: it does not return, and may be called from a handler of signals.
    unsafe { libc::_exit(code) }
}
