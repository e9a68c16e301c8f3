//! Exports of other people's tools, read by their columns. Every value is made up.

mod support;

use std::fmt::Write as _;
use std::io::Cursor;

use intake::{Input, Options, read};
use model::{Observation, SourceKind};

use support::Memory;

/// What each row says, a line a device.
fn replay(text: &str) -> String {
    let mut memory = Memory::default();
    let mut cursor = Cursor::new(text.as_bytes());
    let mut input = Input { name: "x", size_bytes: text.len() as u64, bytes: &mut cursor };
    let (kind, _) = read(&mut input, &Options::default(), &mut memory).expect("a register");
    assert_eq!(kind, SourceKind::Register);
    let mut shown = String::new();
    for Observation { place, subject, declared, .. } in &memory.observations {
        let subject = serde_json::to_string(subject).expect("a subject").replace('"', "");
        let declared = serde_json::to_string(declared).expect("a row").replace('"', "");
        writeln!(shown, "{}: {subject} {declared}", place.0).expect("a String takes all");
    }
    for note in memory.notes.iter().filter(|note| note.severity != intake::Severity::Info) {
        let field = note.field.as_deref().unwrap_or_default();
        writeln!(shown, "{} [{field}]: {}", note.place, note.message).expect("a String takes all");
    }
    shown
}

#[test]
fn hikvision_sadp() {
    insta::assert_snapshot!(replay("\
ID,Device Type,Status,IPv4 Address,Port,Enhanced SDK Service Port,Software Version,IPv4 Gateway,HTTP Port,Device Serial No.,Subnet Mask,MAC Address,Encoding Channel(s),DSP Version,Start Time,IPv6 Address,IPv6 Gateway,IPv6 Prefix Length,Support IPv6,IPv6 Modifiable,IPv4 DHCP,Support Hik-Connect,Hik-Connect
001,DS-2CD0000G0-I,Active,10.0.0.7,8000,8443,V5.0.0build 000000,10.0.0.1,80,DS-2CD0000G0-I20200101AAWR000000001,255.255.255.0,44-19-b6-00-00-01,1,\"V7.0, build 000000\",2026-01-01 00:00:00,fe80::1,::,64,Yes,Yes,OFF,Yes,OFF
002,DS-7600NI-K0,Inactive,10.0.0.8,8000,8443,V4.0.0build 000000,10.0.0.1,80,DS-7600NI-K00820200101CCWR000000002WCVU,255.255.255.0,44-19-b6-00-00-02,8,\"V5.0, build 000000\",2026-01-01 00:00:00,::,::,64,Yes,No,ON,Yes,OFF
"), @r#"
        line 2: {macs:[44:19:b6:00:00:01],addresses:[{address:10.0.0.7},{address:fe80::1}],serials:[DS-2CD0000G0-I20200101AAWR000000001]} {model:DS-2CD0000G0-I,firmware:V5.0.0build 000000,status:Active}
        line 3: {macs:[44:19:b6:00:00:02],addresses:[{address:10.0.0.8}],serials:[DS-7600NI-K00820200101CCWR000000002WCVU]} {model:DS-7600NI-K0,firmware:V4.0.0build 000000,status:Inactive}
        "#);
}

#[test]
fn dahua_configtool() {
    insta::assert_snapshot!(replay("\
No.,Status,Type,Model,IP,MAC,Version,SN,Subnet Mask,Gateway,HTTP Port,TCP Port,UserName,Password
1,Initialized,IPC,IPC-HDW0000T,10.0.0.9,3c:ef:8c:00:00:01,2.800.0000000.1.R,7A00000PAG00001,255.255.255.0,10.0.0.1,80,37777,admin,xyz
2,Uninitialized,NVR,NVR0000-4KS2,10.0.0.10,3c:ef:8c:00:00:02,4.001.0000000.0,7A00000PAZ00002,255.255.255.0,10.0.0.1,80,37777,admin,xyz
"), @r#"
        line 2: {macs:[3c:ef:8c:00:00:01],addresses:[{address:10.0.0.9}],serials:[7A00000PAG00001]} {model:IPC-HDW0000T,kind:IPC,firmware:2.800.0000000.1.R,status:Initialized}
        line 3: {macs:[3c:ef:8c:00:00:02],addresses:[{address:10.0.0.10}],serials:[7A00000PAZ00002]} {model:NVR0000-4KS2,kind:NVR,firmware:4.001.0000000.0,status:Uninitialized}
        "#);
}

#[test]
fn axis_device_manager() {
    insta::assert_snapshot!(replay("\
Name,MAC address,Status,Address,Model,Firmware,DHCP,HTTPS,IEEE 802.1X,Tags
AXIS P0000-LE - ACCC8E000001,ACCC8E000001,OK,10.0.0.11,AXIS P0000-LE,9.80.1,Yes,No,No,
"), @r#"
        line 2: {macs:[ac:cc:8e:00:00:01],addresses:[{address:10.0.0.11}]} {model:AXIS P0000-LE,text:AXIS P0000-LE - ACCC8E000001,firmware:9.80.1,status:OK}
        "#);
    insta::assert_snapshot!(replay("\
Model;Serial number;Name;IP address;AXIS OS version;Connectivity;Site
AXIS P0000-LE;ACCC8E000001;Foyer;10.0.0.11;11.0.0;Online;Town Hall
"), @r#"
        line 2: {addresses:[{address:10.0.0.11}],serials:[ACCC8E000001]} {model:AXIS P0000-LE,text:Foyer,firmware:11.0.0,site:Town Hall,status:Online}
        "#);
}

#[test]
fn milestone_xprotect() {
    insta::assert_snapshot!(replay("\
\"HardwareName\",\"HardwareAddress\",\"MacAddress\",\"UserName\",\"Password\",\"DriverNumber\",\"DriverDisplayName\",\"RecordingServerName\",\"RecordingServerId\"
\"Foyer (10.0.0.12)\",\"http://10.0.0.12/\",\"44:19:B6:00:00:03\",\"admin\",\"xyz\",\"408\",\"Hikvision DS-2CD0000\",\"REC01\",\"00000000-0000-0000-0000-000000000001\"
"), @r#"
        line 2: {macs:[44:19:b6:00:00:03],addresses:[{address:10.0.0.12}]} {text:Foyer (10.0.0.12); Hikvision DS-2CD0000}
        "#);
    insta::assert_snapshot!(replay("\
HardwareName,Name,Channel,Enabled,Model,Address,MAC,Firmware,SerialNumber,HardwareUserName,HardwarePassword,RecordingServer
NVR foyer,Camera 1,0,True,AXIS P0000,http://10.0.0.13/,ACCC8E000002,9.80,ACCC8E000002,root,xyz,REC01
"), @r#"
        line 2: {macs:[ac:cc:8e:00:00:02],addresses:[{address:10.0.0.13}],serials:[ACCC8E000002]} {model:AXIS P0000,text:NVR foyer; Camera 1,firmware:9.80}
        "#);
}

#[test]
fn genetec_avigilon_and_exacq() {
    insta::assert_snapshot!(replay("\
Unit,Manufacturer,Product type,Role,Firmware version,IP address,Physical address,User,Password is default,Upgrade status
Foyer unit,Bosch,NBE-0000-AL,Archiver,7.00.0000,10.0.0.14,00:07:5F:00:00:01,admin,No,Up to date
"), @r#"
        line 2: {macs:[00:07:5f:00:00:01],addresses:[{address:10.0.0.14}]} {make:Bosch,model:NBE-0000-AL,text:Foyer unit,firmware:7.00.0000,status:Up to date}
        "#);
    insta::assert_snapshot!(replay("\
Device Name,Location,Logical ID,Make,Model,Serial Number,IP Address,MAC Address,Firmware Version,Server,Connection Status
North door,Town Hall,12,Avigilon,2.0C-H0A,000000000001,10.0.0.15,00:18:85:00:00:01,4.0.0,SRV1,Connected
"), @r#"
        line 2: {macs:[00:18:85:00:00:01],addresses:[{address:10.0.0.15}],serials:[000000000001]} {make:Avigilon,model:2.0C-H0A,text:North door,firmware:4.0.0,location:Town Hall,status:Connected}
        "#);
    insta::assert_snapshot!(replay("\
Camera Name,Enabled,Device Type,IP Address,Model,Channel,Firmware Version
Stairs,Yes,IP Camera,10.0.0.16,IPC-HFW0000,1,2.800
"), @r#"
        line 2: {addresses:[{address:10.0.0.16}]} {model:IPC-HFW0000,text:Stairs,kind:IP Camera,firmware:2.800}
        "#);
}

#[test]
fn hikcentral_ivms_and_dss() {
    insta::assert_snapshot!(replay("\
Device Name,Device Address,Port,Serial No.,Version,Area,Resource Usage,User Name
Encoder 1,10.0.0.17,8000,DS-2CD0000G0-I20200101AAWR000000003,V5.0.0,Depot,1,admin
"), @r#"
        line 2: {addresses:[{address:10.0.0.17}],serials:[DS-2CD0000G0-I20200101AAWR000000003]} {text:Encoder 1,firmware:V5.0.0,location:Depot}
        "#);
    insta::assert_snapshot!(replay("\
Nickname,Adding Mode,Address,Port,Device Information,User Name,Password,Add Offline Device,Export to Group,Channel Number,Alarm Input Number
Gate,0,10.0.0.18,8000,,admin,xyz,0,1,1,0
"), @r#"
        line 2: {addresses:[{address:10.0.0.18}]} {text:Gate}
        "#);
    insta::assert_snapshot!(replay("\
Device Name,Device Type,Organization,IP Address/Domain,Port,SN,Model,Username,Password,Channels
Yard,IPC,Root,10.0.0.19,37777,7A00000PAG00003,IPC-HDW0000T,admin,xyz,1
"), @r#"
        line 2: {addresses:[{address:10.0.0.19}],serials:[7A00000PAG00003]} {model:IPC-HDW0000T,text:Yard,kind:IPC,owner:Root}
        "#);
}

#[test]
fn uniview_and_hanwha() {
    insta::assert_snapshot!(replay("\
Name,IP,Port,Model,Version,Serial Number,MAC,Subnet Mask,Gateway,Status
IPC,10.0.0.20,80,IPC0000SR3,IPC_0000-B0000P00,210235000000000001,48:ea:63:00:00:01,255.255.255.0,10.0.0.1,Online
"), @r#"
        line 2: {macs:[48:ea:63:00:00:01],addresses:[{address:10.0.0.20}],serials:[210235000000000001]} {model:IPC0000SR3,text:IPC,firmware:IPC_0000-B0000P00,status:Online}
        "#);
    insta::assert_snapshot!(replay("\
No,Model,IP address,MAC address,HTTP port,Firmware version,Status,Device alias,S/N
1,XNV-0000R,10.0.0.21,00:09:18:00:00:01,80,1.40.00,Connected,Lobby,ZNB000000000001
"), @r#"
        line 2: {macs:[00:09:18:00:00:01],addresses:[{address:10.0.0.21}],serials:[ZNB000000000001]} {model:XNV-0000R,text:Lobby,firmware:1.40.00,status:Connected}
        "#);
}

#[test]
fn siqura_device_manager() {
    insta::assert_snapshot!(replay("\
IPAddress;Port;Username;Password;ForcedOffline;Name;ModelName;ProductType;SerialNumber;MacAddress;Status
10.0.0.22;80;Admin;xyz;False;Siqura 000-series;HSD000H0-E;network camera;000000000F1;00-06-73-00-00-01;Online
"), @r#"
        line 2: {macs:[00:06:73:00:00:01],addresses:[{address:10.0.0.22}],serials:[000000000F1]} {model:HSD000H0-E,text:Siqura 000-series,kind:network camera,status:Online}
        "#);
}

#[test]
fn runzero() {
    insta::assert_snapshot!(replay("\
id,created_at,updated_at,organization_id,site_id,alive,last_seen,first_seen,type,os_vendor,os_product,os_version,hw_vendor,hw_product,hw_version,addresses,addresses_extra,macs,mac_vendors,names,tags,site_name,comments
00000000-0000-0000-0000-000000000001,1793697302,1793697302,00000000-0000-0000-0000-00000000000a,00000000-0000-0000-0000-00000000000b,true,1793697302,1793697302,IP Camera,Hikvision,Linux,5.0,Hikvision,DS-2CD0000,,10.0.0.23 10.0.1.23,,44:19:b6:00:00:04 44:19:b6:00:00:05,Hikvision,cam-1 cam-1.example.org,,Depot,gate
"), @r#"
        line 2: {macs:[44:19:b6:00:00:04,44:19:b6:00:00:05],addresses:[{address:10.0.0.23},{address:10.0.1.23}],local:00000000-0000-0000-0000-000000000001,hostname:cam-1} {make:Hikvision,model:DS-2CD0000,text:Hikvision; Linux; gate,kind:IP Camera,firmware:5.0,site:Depot,status:true}
        "#);
}

#[test]
fn lansweeper() {
    insta::assert_snapshot!(replay("\
AssetName,AssetTypename,IPAddress,Mac,Manufacturer,Model,Serialnumber,IPLocation,Location,Firstseen,Lastseen,Description,Username
cam-2,IP camera,10.0.0.24,44:19:B6:00:00:06,Hikvision,DS-2CD0000,F00000001,Depot LAN,Gate,01/02/2024,01/02/2026,north gate,
"), @r#"
        line 2: {macs:[44:19:b6:00:00:06],addresses:[{address:10.0.0.24}],serials:[F00000001]} {make:Hikvision,model:DS-2CD0000,text:cam-2; north gate,kind:IP camera,location:Depot LAN, Gate}
        "#);
}

#[test]
fn netbox() {
    insta::assert_snapshot!(replay("\
Name,Status,Tenant,Site,Location,Rack,Role,Manufacturer,Type,IP Address,Serial number,Asset tag,Platform,Tags,ID
cam-3,Active,Council,Town Hall,Floor 1,,CCTV camera,Axis,P0000-LE,10.0.0.25/24,ACCC8E000003,A-0003,AXIS OS,cctv,3
"), @r#"
        line 2: {addresses:[{address:10.0.0.25}],serials:[ACCC8E000003],local:A-0003} {make:Axis,model:P0000-LE,text:cam-3,kind:CCTV camera,site:Town Hall,location:Floor 1,owner:Council,status:Active}
        "#);
    insta::assert_snapshot!(replay("\
id,name,status,tenant,site,location,role,manufacturer,device_type,serial,asset_tag,primary_ip4,comments
3,cam-3,active,council,town-hall,floor-1,camera,axis,p0000-le,ACCC8E000003,A-0003,10.0.0.25/24,
"), @r#"
        line 2: {addresses:[{address:10.0.0.25}],serials:[ACCC8E000003],local:A-0003} {make:axis,model:p0000-le,text:cam-3,kind:camera,site:town-hall,location:floor-1,owner:council,status:active}
        "#);
}

#[test]
fn snipe_it() {
    insta::assert_snapshot!(replay("\
ID,Company,Asset Name,Asset Tag,Model,Model No.,Category,Manufacturer,Serial,Purchased,Cost,Location,Default Location,Assigned To,Status,Warranty,Notes,MAC Address
4,Council,Foyer camera,A-0004,Hikvision Turret,DS-2CD0000G0-I,CCTV camera,Hikvision,F00000004,2021-01-01,120.00,Town Hall,Town Hall,A. Person,Deployed,36,,44:19:B6:00:00:07
"), @r#"
        line 2: {macs:[44:19:b6:00:00:07],serials:[F00000004],local:A-0004} {make:Hikvision,model:Hikvision Turret,text:Foyer camera; DS-2CD0000G0-I,kind:CCTV camera,location:Town Hall,owner:Council,status:Deployed}
        "#);
}

#[test]
fn glpi() {
    insta::assert_snapshot!(replay("\
\"Name\";\"Entity\";\"Status\";\"Manufacturer\";\"Location\";\"Type\";\"Model\";\"Firmware\";\"Last update\";\"Serial number\";\"Inventory number\";\"Networking - IP\";\"Network - MAC address\";
\"cam-5\";\"Council\";\"In use\";\"Dahua\";\"Depot > Gate\";\"Camera\";\"IPC-HDW0000T\";\"2.800\";\"2026-01-01 00:00\";\"7A00000PAG00005\";\"I-0005\";\"10.0.0.26\";\"3c:ef:8c:00:00:05\";
"), @r#"
        line 2: {macs:[3c:ef:8c:00:00:05],addresses:[{address:10.0.0.26}],serials:[7A00000PAG00005],local:I-0005} {make:Dahua,model:IPC-HDW0000T,text:cam-5,kind:Camera,firmware:2.800,location:Depot > Gate,owner:Council,status:In use}
        "#);
}

#[test]
fn the_address_of_what_a_device_hangs_on_is_not_its_own() {
    let read = replay(
        "\
name,mac,ip,sw_mac,sw_port,ap_mac
cam-1,44:19:b6:00:00:01,10.0.0.1,78:8a:20:00:00:09,3,
cam-2,44:19:b6:00:00:02,10.0.0.2,78:8a:20:00:00:09,4,
cam-3,44:19:b6:00:00:03,10.0.0.3,,,78:8a:20:00:00:08
",
    );
    assert!(!read.contains("78:8a:20"), "{read}");
    for device in 1..=3 {
        assert!(read.contains(&format!("macs:[44:19:b6:00:00:0{device}]")), "{read}");
    }
}
