"""The units that Grafana knows: packages/grafana-data/src/valueFormats/categories.ts"""

from __future__ import annotations

_NAMES = """
Bps EHs GBs GHs Gbits GiBs Gibits Hs KBs KHs Kbits KiBs Kibits MBs MHs Mbits MiBs Mibits Mohm Nm3 PBs PHs Pbits
PiBs Pibits TBs THs Tbits TiBs Tibits Wm2 accFS2 accG accMS2 amp amph arcmin arcsec areaF2 areaM2 areaMI2 binBps
binbps bits bool bool_on_off bool_yes_no bps bytes celsius clockms clocks congNm3 congm3 conmgNm3 conmgdL
conmgm3 conmmolL conngNm3 conngm3 conppb conμgNm3 conμgm3 cpm cps currencyBRL currencyBTC currencyCHF
currencyCZK currencyDKK currencyEUR currencyGBP currencyIDR currencyINR currencyISK currencyJPY currencyKRW
currencyNOK currencyPHP currencyPLN currencyRUB currencySEK currencyUAH currencyUSD currencyVND currencyZAR
currencymBTC currencyμBTC d dB dBm dateTimeAsIso dateTimeAsIsoNoDateIfToday dateTimeAsLocal
dateTimeAsLocalNoDateIfToday dateTimeAsSystem dateTimeAsUS dateTimeAsUSNoDateIfToday dateTimeFromNow decbits
decbytes decgbytes deckbytes decmbytes decpbytes dectbytes degree dm3 dtdhms dtdurationms dtdurations dthms
eflops ev fahrenheit farad ffarad flops flowcfm flowcfs flowcms flowgpm flowlpm flowmlpm forceN forceNm forcekN
forcekNm gallons gbytes gflops grad gwatt h henry hertz hex hex0x humidity iops joule kamp kamph kbytes kelvin
kohm kvolt kvoltamp kvoltampreact kwatt kwatth kwattm lengthft lengthin lengthkm lengthm lengthmi lengthmm litre
litreh locale lumens lux m m3 mamp mamph massg masskg masslb massmg masst mbytes megwatt mflops mhenry mlitre
mpm mps ms mvolt mwatt nfarad none ns ohm opm ops pbytes percent percentunit pfarad pflops pixel ppm pps
pressurebar pressurehg pressurehpa pressurekbar pressurekpa pressurembar pressurepa pressurepsi radbq radci
radexpckg radgy radian radmsv radmsvh radr radrad radrem radsv radsvh radusv radusvh reqps rotdegs rothz rotrads
rotrpm rpm rps s sci short string tbytes tflops timeticks velocitykmh velocityknot velocitymph velocityms volt
voltamp voltampreact watt watth watthperkg wpm wps yflops zflops µfarad µhenry µs
"""

UNITS = frozenset(_NAMES.split())
