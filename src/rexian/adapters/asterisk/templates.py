"""What stands in the configuration files of an Asterisk of ours; `config.py` fills in the blanks."""

MODULES = (
    *("res_timing_timerfd", "res_crypto", "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb"),
    *(
        "res_http_websocket",
        "res_websocket_client",
        "res_pjproject",
        "res_srtp",
        "res_rtp_asterisk",
        "res_musiconhold",
        "res_mutestream",
    ),
    *("codec_alaw", "codec_ulaw", "codec_a_mu", "codec_g722", "codec_resample", "codec_opus_open_source"),
    *(
        "res_format_attr_opus",
        "format_pcm",
        "format_wav",
        "format_sln",
        "func_channel",
        "func_callerid",
        "func_hangupcause",
    ),
    *("bridge_simple", "bridge_native_rtp", "bridge_softmix", "bridge_holding", "chan_bridge_media", "pbx_config"),
    *("res_stasis", "res_stasis_answer", "res_stasis_playback", "res_stasis_recording", "res_stasis_snoop"),
    *("app_stasis", "app_mixmonitor"),
    *("res_ari", "res_ari_model", "res_ari_applications", "res_ari_asterisk", "res_ari_bridges", "res_ari_channels"),
    *("res_ari_endpoints", "res_ari_events", "res_ari_playbacks"),
    *("res_pjsip", "res_pjsip_session", "res_pjsip_pubsub", "res_pjsip_sdp_rtp", "res_pjsip_transport_websocket"),
    *("res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest", "res_pjsip_registrar"),
    *("res_pjsip_outbound_registration", "res_pjsip_endpoint_identifier_user", "res_pjsip_endpoint_identifier_ip"),
    *("res_pjsip_nat", "res_pjsip_caller_id", "res_pjsip_dtmf_info", "res_pjsip_rfc3326", "res_pjsip_header_funcs"),
    *("res_pjsip_acl", "res_pjsip_path", "res_pjsip_diversion", "chan_pjsip", "func_talkdetect"),
    *("res_fax", "res_fax_spandsp", "res_pjsip_t38", "app_userevent", "app_stack", "func_uri"),
)
"""Named one by one: autoloading starts slower and complains of every module that has no configuration.

`res_websocket_client` is asked for by the newest only; what a build lacks is left out.
"""

EMPTY = ("features.conf", "ccss.conf", "cli.conf", "cli_aliases.conf")

ASTERISK = """\
[directories]
astetcdir => {etc}
astmoddir => {modules}
astvarlibdir => {var}
astdbdir => {var}
astkeydir => {var}
astdatadir => {data}
astagidir => {var}
astspooldir => {spool}
astrundir => {run}
astlogdir => {log}
[options]
systemname=rexian
documentation_language=en_US
defaultlanguage=en
transmit_silence=yes
"""

HTTP = """\
[general]
enabled=yes
bindaddr=127.0.0.1
bindport={port}
sessionlimit=1000
session_inactivity=60000
session_keep_alive=60000
"""

ARI = """\
[general]
enabled=yes
pretty=no
channelvars=REXIAN_CALL,MIXMONITOR_FILENAME
websocket_write_timeout=2000
[{user}]
type=user
read_only=no
password={password}
"""

CLASSES = "_music.conf"
"""In the folder of the prompts: the music of tenants (`tunes.py`), included by `musiconhold.conf`."""

MUSIC = """\
[default]
mode=files
directory={directory}
#tryinclude "{classes}"
"""

MANAGER = """\
[general]
enabled=yes
bindaddr=127.0.0.1
port={port}
[{user}]
secret={password}
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.255
read=call,system
write=call,system,reporting
writetimeout=2000
eventfilter(name(MixMonitorStop))=
eventfilter(name(ContactStatus))=
"""

EXTENSIONS = """\
; At least two characters, or one key of a telephone: a single letter would catch Asterisk's own `h`, `i`, `s`, `t`.
[general]
static=yes
writeprotect=yes
[from-trunk]
exten => _[+*#0-9a-zA-Z].,1,Stasis({app},trunk)
 same => n,Hangup(38)
exten => _[*#0-9],1,Stasis({app},trunk)
 same => n,Hangup(38)
[from-phone]
exten => _[+*#0-9a-zA-Z].,1,Stasis({app},phone)
 same => n,Hangup(38)
exten => _[*#0-9],1,Stasis({app},phone)
 same => n,Hangup(38)
; A leg that faxes has left the app: it tells what came of it, and comes back. The extension is the fax's own name.
[receive-fax]
exten => _X.,1,Set(FAXOPT(localstationid)=${{REXIAN_STATION}})
 same => n,Set(CHANNEL(hangup_handler_push)=fax-over,s,1)
 same => n,ReceiveFAX("${{REXIAN_FAX}}",f)
 same => n,Set(CHANNEL(hangup_handler_pop)=)
 same => n,UserEvent({fax})
 same => n,Stasis({app},faxed)
 same => n,Hangup(16)
[send-fax]
exten => _X.,1,Set(FAXOPT(localstationid)=${{REXIAN_STATION}})
 same => n,Set(CHANNEL(hangup_handler_push)=fax-over,s,1)
 same => n,SendFAX("${{REXIAN_FAX}}",fz)
 same => n,Set(CHANNEL(hangup_handler_pop)=)
 same => n,UserEvent({fax})
 same => n,Stasis({app},faxed)
 same => n,Hangup(16)
; What came of it is told also where the line goes in the middle of it.
[fax-over]
exten => s,1,UserEvent({fax})
 same => n,Return()
"""

FAXED = "RexianFaxed"
"""What the dialplan tells when a fax is over, with what came of it; the other side's words are escaped."""
FAX = ",".join(
    (
        FAXED,
        *(f"{name}: ${{{name}}}" for name in ("FAXSTATUS", "FAXPAGES", "FAXMODE")),
        *(f"{name}: ${{URIENCODE(${{{name}}})}}" for name in ("FAXERROR", "REMOTESTATIONID")),
    )
)

UDPTL = """\
[general]
udptlstart={first}
udptlend={last}
udptlchecksums=yes
"""

SORCERY = """\
[res_pjsip]
endpoint=memory
auth=memory
aor=memory
[res_pjsip_endpoint_identifier_ip]
identify=memory
[res_pjsip_outbound_registration]
registration=memory
"""

PJSIP = """\
[global]
type=global
user_agent=Rexian
endpoint_identifier_order=username,auth_username,ip,anonymous
keep_alive_interval=30
[system]
type=system
disable_tcp_switch=yes
threadpool_initial_size=8
threadpool_max_size=50
[transport-udp]
type=transport
protocol=udp
bind={address}:{port}
{public}
[transport-ws]
type=transport
protocol=ws
bind=127.0.0.1
{public}
"""

LOCAL_NETS = "local_net=10.0.0.0/8\nlocal_net=172.16.0.0/12\nlocal_net=192.168.0.0/16\nlocal_net=127.0.0.0/8\n"

RTP = """\
[general]
rtpstart={first}
rtpend={last}
icesupport=yes
strictrtp=seqno
"""

INDICATIONS = """\
; Tones of China: 450 Hz (GB/T 3378).
[general]
country=cn
[cn]
description=China
ringcadence=1000,4000
dial=450
busy=450/350,0/350
ring=450/1000,0/4000
congestion=450/700,0/700
callwaiting=450/400,0/4000
dialrecall=450
record=950/400,0/10000
info=450/100,0/100,450/100,0/100,450/100,0/100,450/400,0/400
stutter=450+425
"""
