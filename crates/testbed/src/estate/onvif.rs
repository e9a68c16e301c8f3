//! What ONVIF services say, in the grammars that betray who wrote them (fact file `protocols.md`, section 3).

use super::behaviour::{Behaviour, WSD_RELATES_TO};
use super::question::Question;
use super::site::Site;
use super::web;

/// All three questions of WS-Discovery.
pub(crate) const WSD_ALL: [Question; 3] =
    [Question::WsdTransmitter, Question::WsdDevice, Question::WsdAnything];
/// The two that ask for ONVIF.
pub(crate) const WSD_TYPED: [Question; 2] = [Question::WsdTransmitter, Question::WsdDevice];

/// Prefixes and namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `env:` and `wsadis:`, and namespaces of the maker.
    Hikvision,
    /// `s: sc: d: a:`.
    Dahua,
    /// `tns:`, and a number for a message id.
    Uniview,
    /// What gSOAP writes.
    Gsoap,
    /// The same without a word to which question it is the answer (TP-Link).
    Headless,
    /// The same as the answer to a constant.
    Hichip,
    /// The same with the match in it twice.
    Herospeed,
}

/// One `ProbeMatch`.
#[derive(Debug, Clone)]
pub(crate) struct Match<'m> {
    pub(crate) dialect: Dialect,
    pub(crate) endpoint: String,
    pub(crate) types: &'m str,
    /// Behind `onvif://www.onvif.org/`, unless they have a scheme of their own.
    pub(crate) scopes: Vec<String>,
    pub(crate) xaddrs: String,
}

impl Match<'_> {
    /// The scopes as they stand in messages.
    pub(crate) fn scope_uris(&self) -> Vec<String> {
        let uri = |scope: &String| match scope.contains("://") {
            true => scope.clone(),
            false => format!("onvif://www.onvif.org/{scope}"),
        };
        self.scopes.iter().map(uri).collect()
    }

    /// The answer to a probe.
    pub(crate) fn probe_matches(&self) -> Vec<u8> {
        let scopes = self.scope_uris().join(" ");
        let text = match self.dialect {
            Dialect::Hikvision => self.hikvision(&scopes),
            Dialect::Dahua => self.dahua(&scopes),
            Dialect::Uniview => {
                self.gsoap(&scopes, &Style { prefix: "tns", ..self.style("10002") })
            }
            Dialect::Gsoap => self.gsoap(&scopes, &self.style(&self.endpoint)),
            Dialect::Headless => {
                let style = Style { header: String::new(), port_type: PORT_TYPE, ..self.style("") };
                self.gsoap(&scopes, &style)
            }
            Dialect::Hichip => {
                let header = addressing(&self.endpoint, "uuid:NetworkVideoTransmitter");
                let style = Style { header, port_type: PORT_TYPE, ..self.style("") };
                self.gsoap(&scopes, &style)
            }
            Dialect::Herospeed => {
                let namespaces = " xmlns:tnshik=\"http://www.hikvision.com/2011/event/topics\"";
                let style = Style {
                    namespaces,
                    port_type: PORT_TYPE,
                    matches: 2,
                    ..self.style(&self.endpoint)
                };
                self.gsoap(&scopes, &style)
            }
        };
        text.into_bytes()
    }

    fn hikvision(&self, scopes: &str) -> String {
        let Self { endpoint, types, xaddrs, .. } = self;
        format!(
            concat!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
                "<env:Envelope xmlns:env=\"{soap}\" xmlns:d=\"{wsd}\" xmlns:wsadis=\"{wsa}\" ",
                "xmlns:dn=\"{dn}\" xmlns:tds=\"{tds}\" xmlns:tnshik=\"http://www.hikvision.com/2011/event/topics\" ",
                "xmlns:hikwsd=\"http://www.onvifext.com/onvif/ext/ver10/wsdl\" ",
                "xmlns:hikxsd=\"http://www.onvifext.com/onvif/ext/ver10/schema\">\n",
                "<env:Header>\n<wsadis:MessageID>{endpoint}</wsadis:MessageID>\n",
                "<wsadis:RelatesTo>{relates}</wsadis:RelatesTo>\n<wsadis:To>{anonymous}</wsadis:To>\n",
                "<wsadis:Action>{action}</wsadis:Action>\n",
                "<d:AppSequence InstanceId=\"700000\" MessageNumber=\"11000\"/>\n</env:Header>\n<env:Body>\n",
                "<d:ProbeMatches>\n<d:ProbeMatch>\n<wsadis:EndpointReference>\n<wsadis:Address>{endpoint}</wsadis:Address>\n",
                "</wsadis:EndpointReference>\n<d:Types>{types}</d:Types>\n<d:Scopes>{scopes}</d:Scopes>\n",
                "<d:XAddrs>{xaddrs}</d:XAddrs>\n<d:MetadataVersion>10</d:MetadataVersion>\n",
                "</d:ProbeMatch>\n</d:ProbeMatches>\n</env:Body>\n</env:Envelope>\n"
            ),
            soap = SOAP,
            wsd = WSD,
            wsa = WSA,
            dn = DN,
            tds = TDS,
            relates = WSD_RELATES_TO,
            anonymous = ANONYMOUS,
            action = PROBE_MATCHES,
            endpoint = endpoint,
            types = types,
            scopes = scopes,
            xaddrs = xaddrs,
        )
    }

    fn dahua(&self, scopes: &str) -> String {
        let Self { endpoint, types, xaddrs, .. } = self;
        format!(
            concat!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\" ?>",
                "<s:Envelope xmlns:s=\"{soap}\" xmlns:sc=\"http://www.w3.org/2003/05/soap-encoding\" ",
                "xmlns:d=\"{wsd}\" xmlns:a=\"{wsa}\" xmlns:dn=\"{dn}\" xmlns:tds=\"{tds}\">",
                "<s:Header><a:MessageID>{endpoint}</a:MessageID>",
                "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To><a:Action>{action}</a:Action>",
                "<a:RelatesTo>{relates}</a:RelatesTo></s:Header>",
                "<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>{endpoint}</a:Address></a:EndpointReference>",
                "<d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{xaddrs}</d:XAddrs>",
                "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
            ),
            soap = SOAP,
            wsd = WSD,
            wsa = WSA,
            dn = DN,
            tds = TDS,
            action = PROBE_MATCHES,
            relates = WSD_RELATES_TO,
            endpoint = endpoint,
            types = types,
            scopes = scopes,
            xaddrs = xaddrs,
        )
    }

    fn gsoap(&self, scopes: &str, style: &Style<'_>) -> String {
        let Self { endpoint, types, xaddrs, .. } = self;
        let Style { prefix, header, namespaces, port_type, matches } = style;
        let found = format!(
            concat!(
                "<{p}:ProbeMatch><wsa:EndpointReference><wsa:Address>{endpoint}</wsa:Address>{port_type}",
                "</wsa:EndpointReference><{p}:Types>{types}</{p}:Types><{p}:Scopes>{scopes}</{p}:Scopes>",
                "<{p}:XAddrs>{xaddrs}</{p}:XAddrs><{p}:MetadataVersion>1</{p}:MetadataVersion></{p}:ProbeMatch>",
            ),
            p = prefix,
            port_type = port_type,
            endpoint = endpoint,
            types = types,
            scopes = scopes,
            xaddrs = xaddrs,
        );
        format!(
            concat!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
                "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"{soap}\" xmlns:SOAP-ENC=\"http://www.w3.org/2003/05/soap-encoding\" ",
                "xmlns:wsa=\"{wsa}\" xmlns:{p}=\"{wsd}\" xmlns:dn=\"{dn}\" xmlns:tds=\"{tds}\"{namespaces}>",
                "<SOAP-ENV:Header>{header}</SOAP-ENV:Header><SOAP-ENV:Body><{p}:ProbeMatches>{found}</{p}:ProbeMatches>",
                "</SOAP-ENV:Body></SOAP-ENV:Envelope>"
            ),
            soap = SOAP,
            wsd = WSD,
            wsa = WSA,
            dn = DN,
            tds = TDS,
            p = prefix,
            namespaces = namespaces,
            header = header,
            found = found.repeat(*matches),
        )
    }

    fn style(&self, message_id: &str) -> Style<'static> {
        let header = addressing(message_id, WSD_RELATES_TO);
        Style { prefix: "wsdd", header, namespaces: "", port_type: "", matches: 1 }
    }
}

/// What differs between devices whose messages gSOAP writes.
struct Style<'s> {
    prefix: &'s str,
    header: String,
    namespaces: &'s str,
    port_type: &'s str,
    matches: usize,
}

/// The header of an answer.
fn addressing(message_id: &str, relates_to: &str) -> String {
    format!(
        concat!(
            "<wsa:MessageID>{}</wsa:MessageID><wsa:RelatesTo>{}</wsa:RelatesTo>",
            "<wsa:To SOAP-ENV:mustUnderstand=\"true\">{}</wsa:To>",
            "<wsa:Action SOAP-ENV:mustUnderstand=\"true\">{}</wsa:Action>"
        ),
        message_id, relates_to, ANONYMOUS, PROBE_MATCHES
    )
}

/// Behind the address in the answers of one kind of service stub.
const PORT_TYPE: &str =
    "<wsa:ReferenceProperties></wsa:ReferenceProperties><wsa:PortType>ttl</wsa:PortType>";

impl Behaviour {
    /// Answers these probes with this match.
    #[must_use]
    pub(crate) fn discovered(self, probes: &[Question], found: &Match<'_>) -> Self {
        self.answers_all(probes, &found.probe_matches())
    }
}

/// The type of every ONVIF camera.
pub(crate) const TRANSMITTER: &str = "dn:NetworkVideoTransmitter";
/// Both types.
pub(crate) const BOTH_TYPES: &str = "dn:NetworkVideoTransmitter tds:Device";

const SOAP: &str = "http://www.w3.org/2003/05/soap-envelope";
const WSD: &str = "http://schemas.xmlsoap.org/ws/2005/04/discovery";
const WSA: &str = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
const DN: &str = "http://www.onvif.org/ver10/network/wsdl";
const TDS: &str = "http://www.onvif.org/ver10/device/wsdl";
const ANONYMOUS: &str = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous";
const PROBE_MATCHES: &str = "http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches";

/// What a device says of itself to `GetDeviceInformation`.
#[derive(Debug, Clone)]
pub(crate) struct Information<'i> {
    pub(crate) manufacturer: &'i str,
    pub(crate) model: &'i str,
    pub(crate) firmware: &'i str,
    pub(crate) serial: String,
    pub(crate) hardware: &'i str,
}

/// A device service.
#[derive(Debug, Clone)]
pub(crate) struct DeviceService<'s> {
    pub(crate) path: &'static str,
    /// Where it says that its services are.
    pub(crate) base: String,
    /// Namespaces that the maker declares on every envelope.
    pub(crate) namespaces: &'s str,
    /// Who may ask for it, does; else it is refused.
    pub(crate) information: Option<Information<'s>>,
    /// `GetScopes`, where anybody may ask.
    pub(crate) scopes: Vec<String>,
}

/// Where most devices have it.
pub(crate) const DEVICE_SERVICE: &str = "/onvif/device_service";

impl DeviceService<'_> {
    /// A service that tells strangers nothing but the time and where its services are.
    pub(crate) fn new(path: &'static str, base: String) -> Self {
        Self { path, base, namespaces: "", information: None, scopes: Vec::new() }
    }

    /// Adds the service to a site.
    pub(crate) fn on(&self, site: Site) -> Site {
        let answer = |body: &str| web::soap("200 OK", &self.envelope(body));
        let refused = web::soap("400 Bad Request", &self.envelope(NOT_AUTHORISED));
        let information = match &self.information {
            Some(information) => answer(&information.response()),
            None => refused.clone(),
        };
        let scopes = match self.scopes.is_empty() {
            true => refused,
            false => answer(&self.scopes_response()),
        };
        site.post(self.path, "GetSystemDateAndTime", answer(DATE_AND_TIME))
            .post(self.path, "GetServices", answer(&self.services()))
            .post(self.path, "GetCapabilities", answer(&self.capabilities()))
            .post(self.path, "GetDeviceInformation", information)
            .post(self.path, "GetScopes", scopes)
    }

    fn envelope(&self, body: &str) -> String {
        format!(
            concat!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"{}\" ",
                "xmlns:tt=\"http://www.onvif.org/ver10/schema\" xmlns:tds=\"{}\" ",
                "xmlns:ter=\"http://www.onvif.org/ver10/error\"{}>",
                "<SOAP-ENV:Body>{}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
            ),
            SOAP, TDS, self.namespaces, body
        )
    }

    fn services(&self) -> String {
        let Self { base, path, .. } = self;
        format!(
            concat!(
                "<tds:GetServicesResponse><tds:Service><tds:Namespace>{tds}</tds:Namespace>",
                "<tds:XAddr>{base}{path}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>40</tt:Minor></tds:Version>",
                "</tds:Service><tds:Service><tds:Namespace>http://www.onvif.org/ver10/media/wsdl</tds:Namespace>",
                "<tds:XAddr>{base}/onvif/Media</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>40</tt:Minor></tds:Version>",
                "</tds:Service></tds:GetServicesResponse>"
            ),
            tds = TDS,
            base = base,
            path = path
        )
    }

    fn capabilities(&self) -> String {
        let Self { base, path, .. } = self;
        format!(
            concat!(
                "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>{base}{path}</tt:XAddr></tt:Device>",
                "<tt:Media><tt:XAddr>{base}/onvif/Media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>"
            ),
            base = base,
            path = path
        )
    }

    fn scopes_response(&self) -> String {
        let scopes: String = self
            .scopes
            .iter()
            .map(|scope| {
                format!(
                    "<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>{scope}</tt:ScopeItem></tds:Scopes>"
                )
            })
            .collect();
        format!("<tds:GetScopesResponse>{scopes}</tds:GetScopesResponse>")
    }
}

impl Information<'_> {
    fn response(&self) -> String {
        let Self { manufacturer, model, firmware, serial, hardware } = self;
        format!(
            concat!(
                "<tds:GetDeviceInformationResponse><tds:Manufacturer>{}</tds:Manufacturer><tds:Model>{}</tds:Model>",
                "<tds:FirmwareVersion>{}</tds:FirmwareVersion><tds:SerialNumber>{}</tds:SerialNumber>",
                "<tds:HardwareId>{}</tds:HardwareId></tds:GetDeviceInformationResponse>"
            ),
            manufacturer, model, firmware, serial, hardware
        )
    }
}

const NOT_AUTHORISED: &str = concat!(
    "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode>",
    "<SOAP-ENV:Value>ter:NotAuthorized</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason>",
    "<SOAP-ENV:Text xml:lang=\"en\">Sender not authorized</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>"
);
const DATE_AND_TIME: &str = concat!(
    "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>",
    "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>GMT0BST</tt:TZ></tt:TimeZone>",
    "<tt:UTCDateTime><tt:Time><tt:Hour>9</tt:Hour><tt:Minute>0</tt:Minute><tt:Second>0</tt:Second></tt:Time>",
    "<tt:Date><tt:Year>2026</tt:Year><tt:Month>11</tt:Month><tt:Day>2</tt:Day></tt:Date></tt:UTCDateTime>",
    "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
);
