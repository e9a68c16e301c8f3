//! Which ports of ours a scan needs, and the sockets behind them.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::AsFd;

use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, ipproto, socket_with, sockopt};
use scan::LocalPort;

use crate::sys::{self, Setting};

/// What a receive buffer should hold: two seconds of answers at the highest usual rate. The system may give less
/// (`net.core.rmem_max`); what is lost for it is counted.
const RECEIVE_BYTES: usize = 4 * 1024 * 1024;
/// Enough for the bursts of a scan at default pace; a smaller buffer is worth a word.
const RECEIVE_BYTES_ENOUGH: usize = 128 * 1024;

/// The ports and groups that a scan needs. Two ports that the system chooses, one for IPv4 and one for IPv6, are always opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ports {
    /// Ports to which devices answer whatever port asked.
    pub fixed: BTreeSet<u16>,
    /// Groups to be heard.
    pub groups: BTreeSet<Group>,
    /// The interface, by its number, by which link-local IPv6 addresses are asked: they do not say it themselves.
    pub link_local: Option<u32>,
}

/// A group to be heard on an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// Its address.
    pub address: IpAddr,
    /// The port of ours on which it is heard.
    pub port: LocalPort,
    /// The number of the interface.
    pub interface: u32,
}

/// What could not be opened. The scan goes on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shortfall {
    /// Another program has the port.
    Busy(u16),
    /// Another program has the port and shares it, as programs that hear one group do.
    Shared(u16),
    /// The port needs a privilege.
    Privileged(u16),
    /// The port cannot be bound, for a reason that has this number in the system.
    Unbound(u16, i32),
    /// There is no IPv6 on this machine.
    NoIpv6,
    /// A group cannot be joined, for a reason that has this number in the system.
    NotJoined(Group, i32),
    /// The system gives a small receive buffer, of so many bytes.
    SmallBuffer(usize),
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNSEEN: &str = "answers sent there will not be seen";
        let system = |number: &i32| io::Error::from_raw_os_error(*number);
        match self {
            Self::Busy(port) => {
                write!(f, "could not bind UDP {port}: in use by another program; {UNSEEN}")
            }
            Self::Shared(port) => {
                write!(
                    f,
                    "UDP {port} is shared with another program: an answer sent there may reach either"
                )
            }
            Self::Privileged(port) => {
                write!(f, "could not bind UDP {port}: it needs a privilege; {UNSEEN}")
            }
            Self::Unbound(port, number) => {
                write!(f, "could not bind UDP {port}: {}; {UNSEEN}", system(number))
            }
            Self::NoIpv6 => f.write_str("there is no IPv6 on this machine: nothing is asked by it"),
            Self::NotJoined(group, number) => {
                let Group { address, port: _, interface } = group;
                let why = system(number);
                write!(
                    f,
                    "could not join group {address} on interface {interface}: {why}; what is sent to the group will not be seen"
                )
            }
            Self::SmallBuffer(bytes) => {
                write!(
                    f,
                    "the system gives a receive buffer of {bytes} bytes: answers may be lost, and are counted (net.core.rmem_max)"
                )
            }
        }
    }
}

/// Which protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Family {
    V4,
    V6,
}

impl Family {
    pub(crate) const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    const fn system(self) -> AddressFamily {
        match self {
            Self::V4 => AddressFamily::INET,
            Self::V6 => AddressFamily::INET6,
        }
    }

    /// All addresses of ours.
    fn wildcard(self, port: u16) -> SocketAddr {
        match self {
            Self::V4 => SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port),
            Self::V6 => SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port),
        }
    }

    /// The setting by which errors come back.
    const fn errors(self) -> Setting {
        match self {
            Self::V4 => Setting::Errors4,
            Self::V6 => Setting::Errors6,
        }
    }
}

/// A socket of a connection that is not begun.
pub(crate) fn stream(family: Family) -> io::Result<OwnedFd> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(family.system(), SocketType::STREAM, flags, Some(ipproto::TCP))?;
    sockopt::set_tcp_nodelay(&socket, true)?;
    // One repeat is what a lost packet deserves; where the system knows no such setting, the engine's deadline comes first.
    drop(sys::set(socket.as_fd(), Setting::ConnectionRepeats, 1));
    errors_come_back(&socket, family, true)?;
    Ok(socket)
}

/// Whether errors that routers and hosts send back are told with their author.
pub(crate) fn errors_come_back(socket: &OwnedFd, family: Family, whether: bool) -> io::Result<()> {
    sys::set(socket.as_fd(), family.errors(), i32::from(whether))
}

/// A socket for datagrams.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) socket: OwnedFd,
    pub(crate) family: Family,
    pub(crate) port: LocalPort,
}

/// All sockets for datagrams, and what could not be had.
pub(crate) fn open(ports: &Ports) -> io::Result<(Vec<Bound>, BTreeSet<Shortfall>)> {
    let mut shortfalls = BTreeSet::new();
    let mut bound = vec![any(Family::V4)?];
    // A machine without IPv6 says so when a socket is made, or when it is bound.
    match any(Family::V6) {
        Ok(socket) => bound.push(socket),
        Err(error) if is_no_family(&error) => drop(shortfalls.insert(Shortfall::NoIpv6)),
        Err(error) => return Err(error),
    }
    let families: Vec<Family> = bound.iter().map(|socket| socket.family).collect();
    for port in &ports.fixed {
        for family in &families {
            match fixed(*family, *port, &mut shortfalls) {
                Ok(socket) => bound.push(socket),
                Err(error) => drop(shortfalls.insert(shortfall(*port, &error))),
            }
        }
    }
    for group in &ports.groups {
        if let Err(error) = join(&bound, *group) {
            let number = error.raw_os_error().unwrap_or_default();
            shortfalls.insert(Shortfall::NotJoined(*group, number));
        }
    }
    for socket in &bound {
        let bytes = sockopt::socket_recv_buffer_size(&socket.socket)?;
        if bytes < RECEIVE_BYTES_ENOUGH {
            shortfalls.insert(Shortfall::SmallBuffer(bytes));
        }
    }
    Ok((bound, shortfalls))
}

fn shortfall(port: u16, error: &io::Error) -> Shortfall {
    match error.kind() {
        io::ErrorKind::AddrInUse => Shortfall::Busy(port),
        io::ErrorKind::PermissionDenied => Shortfall::Privileged(port),
        _ => Shortfall::Unbound(port, error.raw_os_error().unwrap_or_default()),
    }
}

fn is_no_family(error: &io::Error) -> bool {
    let known = [Errno::AFNOSUPPORT, Errno::ADDRNOTAVAIL];
    known.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// A socket on this very port, shared if need be with a program that would share it.
fn fixed(family: Family, port: u16, shortfalls: &mut BTreeSet<Shortfall>) -> io::Result<Bound> {
    let unbound = unbound(family)?;
    if let Err(error) = bind(&unbound, &family.wildcard(port)) {
        sockopt::set_socket_reuseaddr(&unbound, true)?;
        bind(&unbound, &family.wildcard(port)).map_err(|_| error)?;
        shortfalls.insert(Shortfall::Shared(port));
    }
    // Whoever comes later and would share it may.
    sockopt::set_socket_reuseaddr(&unbound, true)?;
    Ok(Bound { socket: unbound, family, port: LocalPort::Fixed(port) })
}

/// A socket on a port that the system chooses.
fn any(family: Family) -> io::Result<Bound> {
    let unbound = unbound(family)?;
    bind(&unbound, &family.wildcard(0))?;
    Ok(Bound { socket: unbound, family, port: LocalPort::Any })
}

fn unbound(family: Family) -> io::Result<OwnedFd> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(family.system(), SocketType::DGRAM, flags, Some(ipproto::UDP))?;
    match family {
        // Groups that other programs joined are none of ours.
        Family::V4 => sys::set(socket.as_fd(), Setting::AllGroups4, 0)?,
        Family::V6 => sockopt::set_ipv6_v6only(&socket, true)?,
    }
    errors_come_back(&socket, family, true)?;
    // More than the system's limit only a privileged program gets.
    if sockopt::set_socket_recv_buffer_size_force(&socket, RECEIVE_BYTES).is_err() {
        sockopt::set_socket_recv_buffer_size(&socket, RECEIVE_BYTES)?;
    }
    Ok(socket)
}

fn join(bound: &[Bound], group: Group) -> io::Result<()> {
    let family = Family::of(group.address);
    let socket = bound.iter().find(|socket| socket.family == family && socket.port == group.port);
    let socket = &socket.ok_or_else(|| io::Error::from(Errno::ADDRNOTAVAIL))?.socket;
    match group.address {
        IpAddr::V4(address) => {
            let any = Ipv4Addr::UNSPECIFIED;
            sockopt::set_ip_add_membership_with_ifindex(socket, &address, &any, group.interface)?;
        }
        IpAddr::V6(address) => sockopt::set_ipv6_add_membership(socket, &address, group.interface)?,
    }
    Ok(())
}
