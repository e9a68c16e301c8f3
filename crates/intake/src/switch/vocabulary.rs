//! The words that makers write over columns and before values. One list serves them all: a label means the same
//! whoever prints it.

use super::entry::Field;

/// What stands under the label of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// A value that is kept.
    Field(Field),
    /// A port, where no other column holds one: Avaya's `Source`.
    Source,
    /// A number or a time that is not kept.
    Number,
    /// Letters of capabilities or flags, which are not kept.
    Letters,
    /// Anything else.
    Other,
}

/// What stands behind the label of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// A value that is kept.
    Field(Field),
    /// A known label whose value is not kept.
    Skip,
}

/// The most words a label of a column has.
pub(super) const LABEL_WORDS_MAX: usize = 5;

/// The column of a label that [`plain`] has made plain.
pub(super) fn column(label: &str) -> Option<Column> {
    use Field as F;
    Some(match label {
        "mac" | "macaddress" | "macaddr" | "hardwareaddr" | "hardwareaddress" | "hwaddress"
        | "hwaddr" | "destinationaddress" | "linklayeraddr" | "linklayeraddress"
        | "physicaladdress" | "clientid" => Column::Field(F::Mac),
        "address" | "ipaddress" | "ipaddr" | "ipv4address" | "ipv6address" | "internetaddress"
        | "host" | "apip" => Column::Field(F::Address),
        "vlan" | "vid" | "vlanid" | "vlannametag" => Column::Field(F::Vlan),
        "port"
        | "ports"
        | "localport"
        | "localintf"
        | "localintrfce"
        | "localinterface"
        | "destinationport"
        | "physicalport"
        | "physicalinterface"
        | "circuit"
        | "fsp"
        | "portvirtualportlist" => Column::Field(F::Port),
        "interface" | "intf" | "iface" => Column::Field(F::Interface),
        "deviceid" | "neighbordeviceid" | "systemname" | "sysname" | "remotedevice"
        | "clientname" | "hostname" | "apname" => Column::Field(F::Name),
        // The device's own name, unless another column holds that.
        "neighborname" | "neighborip" => Column::Field(F::Switch),
        "chassisid" => Column::Field(F::Chassis),
        "portid" | "neighborportid" | "neighborport" | "remoteportid" | "portinfo" => {
            Column::Field(F::RemotePort)
        }
        "portdescr" | "portdesc" | "portdescription" | "remoteportdescr" => {
            Column::Field(F::RemotePortName)
        }
        "platform" => Column::Field(F::Platform),
        "type" | "state" | "addresstype" | "mactype" => Column::Field(F::Kind),
        "source" => Column::Source,
        "age" | "agemin" | "agesec" | "hldtme" | "holdtime" | "ttl" | "expire" | "expirem"
        | "moves" | "leasesec" | "remid" | "pvc" => Column::Number,
        "capability" | "capabilities" | "flags" => Column::Letters,
        "status" | "protocol" | "protocols" | "vrf" | "vrfname" | "lastmove"
        | "parentinterface" | "leaseexpiration" | "pool" | "location" | "portidtype"
        | "porttype" | "ontporttype" => Column::Other,
        _ => return None,
    })
}

/// The key of a label that [`plain_key`] has made plain.
pub(super) fn key(label: &str) -> Option<Key> {
    use Field as F;
    Some(match label {
        "localintf" | "localport" | "localportid" | "localinterface" | "port" | "porttxt"
        | "interface" => Key::Field(F::Port),
        "portid" | "neighborportid" | "deviceport" | "remoteportid" | "portiddata" => {
            Key::Field(F::RemotePort)
        }
        "portdescription" | "portdescr" | "portdesc" | "neighborportdesc" | "portdescdata" => {
            Key::Field(F::RemotePortName)
        }
        "chassisid" | "neighborchassisid" | "chassisdata" => Key::Field(F::Chassis),
        "systemname"
        | "sysname"
        | "neighborchassisname"
        | "neighborsystemname"
        | "systemnamedata"
        | "deviceid" => Key::Field(F::Name),
        "systemdescription"
        | "systemdescr"
        | "systemdesc"
        | "neighborchassisdescription"
        | "neighborsystemdescription"
        | "systemdescdata"
        | "version" => Key::Field(F::Description),
        "managementaddress"
        | "managementaddresses"
        | "mgmtaddress"
        | "managementipaddress"
        | "managementaddressvalue"
        | "neighbormanagementaddress"
        | "ip"
        | "ipv6"
        | "ipaddress"
        | "ipv4address"
        | "ipv6address"
        | "address"
        | "address1addr" => Key::Field(F::Address),
        "vlanid" | "portvlanid" | "nativevlan" | "pvid" | "vlan" | "neighborportvlanid" => {
            Key::Field(F::Vlan)
        }
        "platform" => Key::Field(F::Platform),
        "manufacturer" | "manufacturername" => Key::Field(F::Make),
        "model" | "modelname" => Key::Field(F::Model),
        "fwrevision" | "firmwarerev" | "firmwarerevision" => Key::Field(F::Firmware),
        "swrevision" | "softwarerev" | "softwarerevision" => Key::Field(F::Firmware),
        "serialnumber" | "serialnum" => Key::Field(F::Serial),
        "peersourcemac" | "mac" | "linklayer" | "neighbor" | "remoteinterfacemac" => {
            Key::Field(F::Mac)
        }
        "interfaceaddress"
        | "entryaddress"
        | "mgmtaddresses"
        | "systemcapabilities"
        | "systemcapabilitiessupported"
        | "systemcapabilitiesenabled"
        | "enabledcapabilities"
        | "capabilities"
        | "capability"
        | "capabilitiessupported"
        | "timeremaining"
        | "timetolive"
        | "ttl"
        | "holdtime"
        | "expiredtime"
        | "advertisementversion"
        | "managementaddresstype"
        | "addresstype"
        | "chassisidtype"
        | "chassistype"
        | "chassissubtype"
        | "portidtype"
        | "portidsubtype"
        | "portsubtype"
        | "porttype"
        | "state"
        | "age"
        | "cevlan"
        | "vpnname"
        | "isrouter"
        | "secureflag"
        | "nickname"
        | "neighborinformation"
        | "localinformation"
        | "remoteid"
        | "vtpmanagementdomainname"
        | "duplex"
        | "hwrevision"
        | "hardwarerev"
        | "hardwarerevision"
        | "localinterfacemac"
        | "autonegotiation"
        | "remotemanagementaddress"
        | "localintfserviceinstance"
        | "systemcapsavailable"
        | "remoteportdefaultvlan" => Key::Skip,
        _ => return None,
    })
}

/// Labels that stand at the head of a block: one of them again means another neighbour.
pub(super) fn is_opening(label: &str) -> bool {
    matches!(
        label,
        "localintf"
            | "localport"
            | "localinterface"
            | "port"
            | "deviceid"
            | "chassisid"
            | "neighborchassisid"
            | "linklayer"
    )
}

/// A label in lower case, letters and digits alone.
pub(super) fn plain(label: &str) -> String {
    label.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// A label of a line made plain: what stands in brackets explains it, a number before it counts.
pub(super) fn plain_key(label: &str) -> String {
    let label = label.trim().trim_start_matches(['+', '-', '*', ' ']);
    let label = match label.split_once(' ') {
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => label,
    };
    let mut depth = 0u32;
    let outside = label.chars().filter(|character| match character {
        '(' => {
            depth += 1;
            false
        }
        ')' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    plain(&outside.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_one_however_they_are_written() {
        for label in ["MAC Address", "Mac-Address", "mac_address"] {
            assert_eq!(column(&plain(label)), Some(Column::Field(Field::Mac)), "{label}");
        }
        for label in ["+ Chassis ID (MAC address)", "Chassis id", "  - Chassis ID  ", "ChassisId"] {
            assert_eq!(key(&plain_key(label)), Some(Key::Field(Field::Chassis)), "{label}");
        }
        assert_eq!(plain_key("1 system.name.data"), "systemnamedata");
    }
}
