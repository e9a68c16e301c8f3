//! Seeds of files that other people's tools write. All values are made up.

/// One file of each format: the format's name, the seed's name, its text.
pub(crate) const FILES: &[(&str, &str, &str)] = &[
    ("Nessus results", "nessus", NESSUS),
    ("Zeek log", "zeek", ZEEK),
    ("Zeek log (JSON)", "zeek-json", ZEEK_JSON),
    ("Suricata EVE", "eve", EVE),
    ("masscan JSON", "masscan-json", MASSCAN_JSON),
    ("masscan list", "masscan-list", MASSCAN_LIST),
    ("greppable scan", "greppable", GREPPABLE),
    ("ZGrab2 results", "zgrab2", ZGRAB2),
    ("httpx results", "httpx", HTTPX),
    ("nuclei results", "nuclei", NUCLEI),
    ("GeoJSON", "geojson", GEOJSON),
    ("OpenStreetMap XML", "osm", OSM),
    ("SNMP walk", "snmp-walk", SNMP_WALK),
    ("switch tables", "switch", SWITCH),
    ("register (JSON)", "register-json", REGISTER_JSON),
    ("Windows DHCP leases (table)", "windows-csv", WINDOWS_CSV),
    ("Windows DHCP leases (netsh)", "windows-netsh", WINDOWS_NETSH),
    ("Windows DHCP leases (XML)", "windows-xml", WINDOWS_XML),
];

const NESSUS: &str = r#"<?xml version="1.0" ?>
<NessusClientData_v2>
<Policy><policyName>x</policyName></Policy>
<Report name="x"><ReportHost name="10.0.0.7"><HostProperties><tag name="HOST_START_TIMESTAMP">1793697302</tag>
<tag name="mac-address">58:03:FB:00:00:01</tag><tag name="host-fqdn">cam-1.example.org</tag><tag name="host-ip">10.0.0.7</tag></HostProperties>
<ReportItem port="80" svc_name="www" protocol="tcp" severity="0" pluginID="10107" pluginName="x" pluginFamily="Web Servers"><description>long</description><plugin_output>
The remote web server type is :

App-webs/</plugin_output></ReportItem>
</ReportHost></Report>
</NessusClientData_v2>
"#;
const ZEEK: &str = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdhcp\n#open\t2026-11-03-09-15-02\n\
    #fields\tts\tuids\tclient_addr\tmac\thost_name\tassigned_addr\tlease_time\n#types\ttime\tset[string]\taddr\tstring\tstring\taddr\tinterval\n\
    1793697302.100000\tC1\t10.0.0.7\t58:03:fb:00:00:01\tcam-1\t10.0.0.7\t3600.0\n#close\t2026-11-03-10-15-02\n\
    #path\thttp\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi\tusername\tpassword\n\
    1793697303.000000\tC2\t10.0.0.9\t5001\t10.0.0.7\t80\tGET\t10.0.0.7\t/ISAPI/System/deviceInfo\t-\t-\n";
const ZEEK_JSON: &str = r#"{"_path":"dns","ts":1793697302.1,"uid":"C1","id.orig_h":"10.0.0.7","id.orig_p":5001,"id.resp_h":"10.0.0.53","id.resp_p":53,"query":"hub.example.org","answers":["203.0.113.9"]}
{"_path":"ssl","ts":1793697303.1,"uid":"C2","id.orig_h":"10.0.0.7","id.orig_p":5001,"id.resp_h":"203.0.113.9","id.resp_p":443,"server_name":"hub.example.org","subject":"CN=hub.example.org"}
"#;
const EVE: &str = r#"{"timestamp":"2026-11-03T09:15:01.000000+0000","flow_id":1,"event_type":"dhcp","src_ip":"10.0.0.254","src_port":67,"dest_ip":"10.0.0.7","dest_port":68,"proto":"UDP","dhcp":{"type":"reply","client_mac":"58:03:fb:00:00:01","assigned_ip":"10.0.0.7","dhcp_type":"ack","hostname":"cam-1"}}
{"timestamp":"2026-11-03T09:15:02.000000+0000","flow_id":2,"event_type":"http","src_ip":"10.0.0.9","src_port":5001,"dest_ip":"10.0.0.7","dest_port":80,"proto":"TCP","http":{"hostname":"10.0.0.7","url":"/","http_method":"GET","status":401,"response_headers":[{"name":"Server","value":"App-webs/"}]}}
{"timestamp":"2026-11-03T09:15:03.000000+0000","flow_id":3,"event_type":"tls","src_ip":"10.0.0.7","src_port":5001,"dest_ip":"203.0.113.9","dest_port":443,"proto":"TCP","tls":{"sni":"hub.example.org","subject":"CN=hub"}}
"#;
const MASSCAN_JSON: &str = "[\n{   \"ip\": \"10.0.0.7\",   \"timestamp\": \"1793697302\", \"ports\": [ {\"port\": 80, \"proto\": \"tcp\", \"status\": \"open\", \"reason\": \"syn-ack\", \"ttl\": 64} ] }\n,\n\
    {   \"ip\": \"10.0.0.7\",   \"timestamp\": \"1793697304\", \"ports\": [ {\"port\": 80, \"proto\": \"tcp\", \"service\": {\"name\": \"http\", \"banner\": \"HTTP\\/1.0 401 Unauthorized\\u000d\\u000aServer: App-webs\\/\\u000d\\u000a\\u000d\\u000a\"} } ] }\n,\n{finished: 1}\n]\n";
const MASSCAN_LIST: &str = "#masscan\nopen tcp 80 10.0.0.7 1793697302\nopen udp 37810 10.0.0.7 1793697302\nbanner tcp 80 10.0.0.7 1793697303 title WEB SERVICE\n# end\n";
const GREPPABLE: &str = "# Masscan 1.3.2 scan initiated\nTimestamp: 1793697302\tHost: 10.0.0.7 ()\tPorts: 80/open/tcp//http//\n\
    Host: 10.0.0.8 (cam-2)\tPorts: 80/open/tcp//http//App webs/, 81/closed/tcp//x///\tIgnored State: filtered (9)\n";
const ZGRAB2: &str = r#"{"ip":"10.0.0.7","data":{"http":{"status":"success","protocol":"http","port":8080,"result":{"response":{"status_line":"401 Unauthorized","status_code":401,"headers":{"server":["App-webs/"],"www_authenticate":["Digest realm=\"IPC\", nonce=\"00\""]},"body":"<html><title>WEB SERVICE</title></html>"}},"timestamp":"2026-11-03T09:15:02Z"}}}
{"ip":"10.0.0.7","data":{"banner":{"status":"success","protocol":"banner","port":554,"result":{"banner":"RTSP/1.0 200 OK\r\nServer: Rtsp Server\r\n\r\n"}}}}
"#;
const HTTPX: &str = r#"{"timestamp":"2026-11-03T09:15:02Z","port":"80","url":"http://10.0.0.7","input":"10.0.0.7","title":"WEB SERVICE","scheme":"http","webserver":"App-webs/","host":"10.0.0.7","path":"/","favicon":"999357577","status_code":401,"failed":false}
"#;
const NUCLEI: &str = r#"{"template-id":"tech-detect","info":{"name":"x","severity":"info"},"type":"http","host":"http://10.0.0.7","matched-at":"http://10.0.0.7/","ip":"10.0.0.7","timestamp":"2026-11-03T09:15:02Z","response":"HTTP/1.1 401 Unauthorized\r\nServer: App-webs/\r\n\r\n"}
"#;
const GEOJSON: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","id":"node/1","properties":{"man_made":"surveillance","surveillance:type":"camera","camera:type":"dome","manufacturer":"Lantern","model":"M-1","operator":"Town","start_date":"2021-05-01"},"geometry":{"type":"Point","coordinates":[-0.1,51.5]}},
{"type":"Feature","properties":{"amenity":"bench"},"geometry":null}
]}
"#;
const OSM: &str = "<?xml version=\"1.0\"?>\n<osm version=\"0.6\"><node id=\"1\" lat=\"51.5\" lon=\"-0.1\"><tag k=\"man_made\" v=\"surveillance\"/><tag k=\"brand\" v=\"A &amp; B\"/></node>\
    <way id=\"2\"><nd ref=\"1\"/><tag k=\"man_made\" v=\"surveillance\"/></way></osm>\n";
const SNMP_WALK: &str = "1.0.8802.1.1.2.1.4.1.1.4.0.7.1|2|4\n1.0.8802.1.1.2.1.4.1.1.5.0.7.1|4x|5803fb000003\n1.0.8802.1.1.2.1.4.1.1.9.0.7.1|4|cam-3\n\
    1.0.8802.1.1.2.1.4.1.1.10.0.7.1|4|Camera X 1.0\n1.3.6.1.2.1.1.1.0|4|Switch S\n1.3.6.1.2.1.1.5.0|4|sw1\n1.3.6.1.2.1.4.22.1.2.30.10.0.0.1|4x|5803fb000001\n\
    1.3.6.1.2.1.17.1.4.1.2.5|2|7\n1.3.6.1.2.1.17.7.1.2.2.1.2.30.88.3.251.0.0.1|2|5\n1.3.6.1.2.1.31.1.1.1.1.7|4|Gi0/7\n";
const SWITCH: &str = "sw1#show mac address-table\n          Mac Address Table\n-------------------------------------------\n\n\
Vlan    Mac Address       Type        Ports\n----    -----------       --------    -----\n  30    5803.fb00.0001    DYNAMIC     Gi1/0/7\n  30    accc.8e00.0002    DYNAMIC     Gi1/0/8\n\
Total Mac Addresses for this criterion: 2\nsw1#show ip arp\nProtocol  Address          Age (min)  Hardware Addr   Type   Interface\nInternet  10.0.0.7               5   5803.fb00.0001  ARPA   Vlan30\n\
sw1#show lldp neighbors detail\n------------------------------------------------\nLocal Intf: Gi1/0/8\nChassis id: accc.8e00.0002\nPort id: accc.8e00.0002\nSystem Name: axis-accc8e000002\n\n\
System Description:\nAXIS M0000 Network Camera, 10.0.0\n\nTime remaining: 110 seconds\nManagement Addresses:\n    IP: 10.0.0.8\nVlan ID: 30\nsw1#\n";
const REGISTER_JSON: &str = r#"[{"name":"cam-1","asset_tag":"C-1","manufacturer":{"name":"Hikvision"},"model":{"name":"DS-2CD0000-I"},"serial":"MODEL-000020200101AAWR000000001","mac_address":"58:03:fb:00:00:01","ip":"10.0.0.7","site":"Depot"},
{"name":"cam-2","asset_tag":"C-2","manufacturer":{"name":"Axis"},"model":{"name":"P0000-LE"},"serial":"ACCC8E000001","mac_address":null,"ip":"10.0.0.8","site":"Hall"}]
"#;
const WINDOWS_CSV: &str = "#TYPE Microsoft.Management.Infrastructure.CimInstance#DhcpServerv4Lease\r\n\
    \"IPAddress\",\"ScopeId\",\"AddressState\",\"ClientId\",\"Description\",\"HostName\",\"LeaseExpiryTime\"\r\n\
    \"10.0.0.7\",\"10.0.0.0\",\"Active\",\"58-03-fb-00-00-01\",\"a, \"\"b\"\"\",\"cam-1.example.org\",\"13/11/2026 09:15:02\"\r\n";
const WINDOWS_NETSH: &str = "Type : N - NONE, D - DHCP\n=====\nIP Address      - Subnet Mask    - Unique ID           - Lease Expires        -Type -Name\n=====\n\
    10.0.0.7        - 255.255.255.0  - 58-03-fb-00-00-01   -11/30/2026 9:15:02 PM  -D-  cam-1\n\
    10.0.0.8        - 255.255.255.0  - 58-03-fb-00-00-02   - NEVER EXPIRES         -U-  cam-2\n";
const WINDOWS_XML: &str = "<?xml version=\"1.0\"?>\n<DHCPServer><MajorVersion>6</MajorVersion><IPv4><Scopes><Scope><ScopeId>10.0.0.0</ScopeId><Name>CCTV</Name>\
    <Leases><Lease><IPAddress>10.0.0.7</IPAddress><ClientId>58-03-fb-00-00-01</ClientId><HostName>cam-1</HostName><AddressState>Active</AddressState>\
    <LeaseExpiryTime>2026-11-03T09:15:02+01:00</LeaseExpiryTime></Lease></Leases></Scope></Scopes></IPv4></DHCPServer>\n";
