/**
 * Emergency numbers, one country or territory (ISO 3166-1) in each row: all services, police, ambulance, fire, who names them (see
 * sources.ts), and whether every number is named by two sources at least. How to renew them: docs/help-numbers.md.
 */
export const EMERGENCY_AS_OF = '2026-11-22'

export const EMERGENCY_TABLE = `
AC | 999 | - | - | - | libphonenumber | one
AD | 112 | 110 | 116 | 118 | android libphonenumber | one
AE | - | 999 | 998 | 997 | android libphonenumber | agreed
AF | - | 119 | 102 | 119 | android libphonenumber | one
AG | 911 | - | - | - | android libphonenumber | agreed
AI | 911 | - | - | - | android libphonenumber | agreed
AL | 112 | 129 | 127 | 128 | android libphonenumber | one
AM | 911 | 102 | 103 | 101 | android libphonenumber | one
AO | - | 113 | 112 | 115 | android libphonenumber teams | agreed
AR | 911 | 101 | 107 | 100 | android libphonenumber teams | agreed
AS | 911 | - | - | - | android libphonenumber | agreed
AT | 112 | 133 | 144 | 122 | android libphonenumber teams | agreed
AU | 000 | - | - | - | android libphonenumber teams | agreed
AW | 911 | - | - | - | android libphonenumber | agreed
AX | 112 | - | - | - | libphonenumber | one
AZ | 112 | 102 | 103 | 101 | android libphonenumber | one
BA | - | 122 | 124 | 123 | android libphonenumber | agreed
BB | 911 | 211 | 511 | 311 | android libphonenumber | one
BD | 999 | - | - | - | android libphonenumber | agreed
BE | 112 | 101 | - | - | android libphonenumber teams | agreed
BF | - | 17 | 18 | 18 | android libphonenumber | agreed
BG | 112 | - | - | - | android libphonenumber teams | agreed
BH | 999 | - | - | - | android libphonenumber | agreed
BI | 112 | 117 | - | - | android libphonenumber | one
BJ | - | 117 | 112 | 118 | android libphonenumber | one
BL | - | - | - | 18 | libphonenumber teams | agreed
BM | 911 | - | - | - | android libphonenumber | agreed
BN | - | 993 | 991 | 995 | android libphonenumber | agreed
BO | - | 110 | 118 | 119 | android libphonenumber | agreed
BQ | 911 | - | - | - | libphonenumber | one
BR | - | 190 | 192 | 193 | android libphonenumber teams | agreed
BS | 911 | - | - | - | libphonenumber | one
BT | - | 113 | 112 | 110 | android libphonenumber | agreed
BW | - | 999 | 997 | 998 | android libphonenumber | agreed
BY | 112 | 102 | 103 | 101 | android libphonenumber | one
BZ | 911 | - | - | - | android libphonenumber | agreed
CA | 911 | - | - | - | android libphonenumber teams | agreed
CC | 000 | - | - | - | libphonenumber | one
CD | - | 112 | - | - | monusco | one
CF | - | 117 | - | 118 | android libphonenumber | one
CG | - | 117 | - | 118 | android libphonenumber | one
CH | 112 | 117 | 144 | 118 | android libphonenumber teams | agreed
CI | - | 170 | 185 | 180 | android libphonenumber teams | agreed
CK | - | 999 | 998 | 996 | android libphonenumber | one
CL | - | 133 | 131 | 132 | android libphonenumber teams | agreed
CM | - | 117 | 119 | 118 | android libphonenumber teams | agreed
CN | - | 110 | 120 | 119 | android libphonenumber | agreed
CO | 123 | - | - | - | android libphonenumber teams | agreed
CR | 911 | - | - | - | android libphonenumber teams | agreed
CU | - | 106 | 104 | 105 | android libphonenumber | agreed
CV | - | 132 | 130 | 131 | android libphonenumber | agreed
CW | 911 | - | - | - | libphonenumber | one
CX | 000 | - | - | - | libphonenumber | one
CY | 112 | - | - | - | android libphonenumber teams | agreed
CZ | 112 | 158 | 155 | 150 | android libphonenumber teams | agreed
DE | 112 | 110 | - | - | android libphonenumber teams | agreed
DJ | - | 17 | - | 18 | android libphonenumber | agreed
DK | 112 | - | - | - | android libphonenumber teams | agreed
DM | 911 | - | - | - | android libphonenumber | agreed
DO | 911 | - | - | - | android libphonenumber teams | agreed
DZ | - | 1548 | 14 | 14 | android libphonenumber | one
EC | 911 | - | - | - | android libphonenumber teams | agreed
EE | 112 | - | - | - | android libphonenumber teams | agreed
EG | - | 122 | 123 | 180 | android libphonenumber | agreed
EH | - | 19 | 15 | 15 | libphonenumber | one
ER | - | 113 | 114 | 116 | libphonenumber | one
ES | 112 | 091 | 061 | 080 | android libphonenumber teams | agreed
ET | - | 991 | - | 939 | android libphonenumber | one
FI | 112 | - | - | - | android libphonenumber teams | agreed
FJ | - | 917 | 911 | 911 | android libphonenumber | agreed
FK | 999 | - | - | - | android libphonenumber | agreed
FM | 911 | - | - | - | android libphonenumber | agreed
FO | 112 | - | - | - | android libphonenumber | agreed
FR | 112 | 17 | 15 | 18 | android libphonenumber teams | agreed
GA | - | 177 | - | 18 | android libphonenumber | one
GB | 999 | - | - | - | android libphonenumber teams | agreed
GD | 911 | - | - | - | android libphonenumber | agreed
GE | 112 | - | - | - | android libphonenumber | agreed
GF | 112 | 17 | 15 | 18 | android libphonenumber teams | one
GG | 999 | - | - | - | libphonenumber | one
GH | - | 191 | 193 | 192 | android libphonenumber | agreed
GI | 112 | 199 | 190 | 190 | android libphonenumber | one
GL | 112 | - | - | - | android libphonenumber | agreed
GM | - | 117 | 116 | 118 | android libphonenumber | one
GN | - | 122 | - | 1717 | android | one
GP | 112 | 17 | 15 | 18 | android libphonenumber teams | one
GQ | - | 113 | - | 115 | android | one
GR | 112 | 100 | 166 | 199 | android libphonenumber teams | agreed
GT | - | 110 | 123 | 122 | android libphonenumber teams | one
GU | 911 | - | - | - | android libphonenumber | agreed
GW | - | 117 | 113 | 118 | android libphonenumber | agreed
GY | - | 911 | 913 | 912 | android libphonenumber | agreed
HK | 999 | - | - | - | android libphonenumber teams | agreed
HN | 911 | - | - | - | android | one
HR | 112 | 192 | 194 | 193 | android libphonenumber teams | agreed
HT | - | 114 | 116 | 115 | android libphonenumber | one
HU | 112 | 107 | 104 | 105 | android libphonenumber teams | agreed
ID | 112 | 110 | 119 | 113 | android libphonenumber teams | agreed
IE | 112 | - | - | - | android libphonenumber teams | agreed
IL | - | 100 | 101 | 102 | android libphonenumber teams | agreed
IM | 999 | - | - | - | libphonenumber | one
IN | 112 | 100 | 102 | 101 | android libphonenumber teams | agreed
IO | 112 | - | - | - | android | one
IQ | 911 | - | - | - | iraq | one
IR | - | 110 | 115 | 125 | android libphonenumber | agreed
IS | 112 | - | - | - | android libphonenumber | agreed
IT | 112 | 113 | 118 | 115 | android libphonenumber teams | agreed
JE | 999 | - | - | - | libphonenumber | one
JM | - | 119 | 110 | 110 | libphonenumber | one
JO | 911 | - | - | - | android libphonenumber | agreed
JP | - | 110 | 119 | 119 | android libphonenumber teams | agreed
KE | 999 | - | - | - | android libphonenumber teams | agreed
KG | - | 102 | 103 | 101 | android libphonenumber | agreed
KH | - | 117 | 119 | 118 | android libphonenumber teams | agreed
KI | - | 192 | 194 | 193 | android libphonenumber | agreed
KM | - | 17 | - | 18 | android libphonenumber | agreed
KN | 911 | - | - | - | android libphonenumber | agreed
KP | 119 | - | - | - | libphonenumber | one
KR | - | 112 | 119 | 119 | android libphonenumber teams | agreed
KW | 112 | - | - | - | android libphonenumber | agreed
KY | 911 | - | - | - | android libphonenumber | agreed
KZ | 112 | 102 | 103 | 101 | android libphonenumber teams | agreed
LA | - | 1191 | 1195 | 1190 | android | one
LB | - | 112 | 140 | 175 | android libphonenumber | one
LC | 911 | - | - | - | android libphonenumber | agreed
LI | 112 | 117 | 144 | 118 | android libphonenumber | one
LK | - | 119 | 110 | 110 | android libphonenumber teams | agreed
LR | 911 | - | - | - | android libphonenumber | agreed
LS | - | 123 | 121 | 122 | android | one
LT | 112 | - | - | - | android libphonenumber teams | agreed
LU | 112 | 113 | - | - | android libphonenumber teams | agreed
LV | 112 | - | - | - | android libphonenumber teams | agreed
LY | 1515 | - | - | - | android | one
MA | - | 19 | 15 | 15 | libphonenumber challenge | agreed
MC | 112 | 17 | 15 | 18 | android libphonenumber | one
MD | 112 | - | - | - | libphonenumber | one
ME | 112 | 122 | 124 | 123 | android libphonenumber | one
MF | - | 17 | 15 | 18 | libphonenumber teams | agreed
MG | - | 117 | 117 | 118 | android libphonenumber | agreed
MH | 911 | - | - | - | android libphonenumber | agreed
MK | 112 | 192 | 194 | 193 | android libphonenumber | one
ML | - | 17 | 15 | 18 | android libphonenumber | agreed
MM | - | 199 | 192 | 191 | android libphonenumber | one
MN | - | 102 | 103 | 101 | android libphonenumber | agreed
MO | 999 | - | - | - | android libphonenumber | agreed
MP | 911 | - | - | - | android libphonenumber | agreed
MQ | 112 | 17 | 15 | 18 | libphonenumber teams | agreed
MR | - | 117 | 118 | 118 | android | one
MS | - | 999 | - | 911 | android libphonenumber | agreed
MT | 112 | - | - | - | android libphonenumber teams | agreed
MU | - | 999 | 114 | 115 | android libphonenumber | agreed
MV | - | 119 | 102 | 118 | android libphonenumber | agreed
MW | - | 997 | 998 | 999 | android libphonenumber | agreed
MX | 911 | - | - | - | android libphonenumber teams | agreed
MY | 999 | - | - | - | android libphonenumber teams | agreed
MZ | - | 119 | 117 | 198 | android libphonenumber | agreed
NA | - | 10111 | 211111 | 211111 | android libphonenumber | one
NC | - | 17 | 15 | 18 | android libphonenumber | agreed
NE | - | 17 | 15 | 18 | android libphonenumber | agreed
NF | - | 955 | 911 | 977 | libphonenumber | one
NG | 112 | 199 | - | - | android libphonenumber nigeria | one
NI | - | 118 | 128 | 115 | android libphonenumber teams | agreed
NL | 112 | - | - | - | android libphonenumber teams | agreed
NO | - | 112 | 113 | 110 | android libphonenumber teams | agreed
NP | - | 100 | 102 | 101 | android libphonenumber | agreed
NR | - | 110 | 111 | 112 | android libphonenumber | agreed
NU | 999 | - | - | - | android libphonenumber | agreed
NZ | 111 | - | - | - | android libphonenumber teams | agreed
OM | 9999 | - | - | - | android libphonenumber | agreed
PA | - | 104 | 911 | 103 | android libphonenumber teams | one
PE | - | 105 | 106 | 116 | android libphonenumber teams | one
PF | - | 17 | 15 | 18 | android libphonenumber | agreed
PG | - | 112 | 111 | 110 | android libphonenumber | one
PH | 911 | - | - | - | android libphonenumber teams | agreed
PK | - | 15 | 115 | 16 | android libphonenumber | agreed
PL | 112 | 997 | 999 | 998 | android libphonenumber teams | agreed
PM | - | 17 | 15 | 18 | android libphonenumber | agreed
PR | 911 | - | - | - | android libphonenumber teams | agreed
PS | - | 100 | 101 | 102 | android libphonenumber | agreed
PT | 112 | - | - | - | android libphonenumber teams | agreed
PW | 911 | - | - | - | android libphonenumber | agreed
PY | 911 | - | - | - | android libphonenumber | agreed
QA | 999 | - | - | - | android libphonenumber | agreed
RE | 112 | 17 | 15 | 18 | android libphonenumber teams | agreed
RO | 112 | - | - | - | android libphonenumber teams | agreed
RS | 112 | 192 | 194 | 193 | android libphonenumber | one
RU | 112 | 102 | 103 | 101 | android libphonenumber | agreed
RW | 112 | - | - | - | android libphonenumber teams | agreed
SA | - | 999 | 997 | 998 | android libphonenumber | one
SB | - | 999 | 911 | 988 | android libphonenumber | one
SC | 999 | - | - | - | android libphonenumber | agreed
SD | - | 999 | 333 | 999 | android libphonenumber | one
SE | 112 | - | - | - | android libphonenumber teams | agreed
SG | - | 999 | 995 | 995 | android libphonenumber teams | agreed
SH | - | 999 | 911 | 999 | android libphonenumber | agreed
SI | 112 | 113 | - | - | android libphonenumber teams | agreed
SJ | 112 | - | - | - | libphonenumber teams | agreed
SK | 112 | 158 | 155 | 150 | android libphonenumber teams | agreed
SL | - | 019 | 999 | 999 | android libphonenumber | agreed
SM | - | 113 | 118 | 115 | android libphonenumber | agreed
SN | - | 17 | 18 | 18 | android libphonenumber dakar | agreed
SO | 888 | - | - | - | android libphonenumber | agreed
SR | 115 | - | - | - | android libphonenumber | agreed
SS | 999 | - | - | - | android libphonenumber | agreed
ST | 112 | - | - | - | android libphonenumber | agreed
SV | 911 | - | 132 | 913 | android libphonenumber teams | one
SX | - | 911 | 912 | 919 | libphonenumber teams | one
SY | - | 112 | 110 | 113 | android libphonenumber | agreed
SZ | - | 999 | 977 | 933 | android libphonenumber teams | one
TC | 911 | - | - | - | android libphonenumber | agreed
TD | - | 17 | - | 18 | android libphonenumber | agreed
TG | - | 117 | - | 118 | android libphonenumber | agreed
TH | - | 191 | 1669 | 199 | android libphonenumber teams | agreed
TJ | 112 | 102 | 103 | 101 | android libphonenumber | one
TK | 111 | - | - | - | android | one
TL | 112 | - | - | - | android libphonenumber | agreed
TM | - | 002 | 003 | 001 | android | one
TN | - | 197 | 190 | 198 | android libphonenumber | agreed
TO | 911 | 922 | 933 | 999 | android libphonenumber | one
TR | 112 | - | - | - | android libphonenumber teams | agreed
TT | - | 999 | 990 | 990 | android libphonenumber | agreed
TV | 911 | - | - | - | android libphonenumber | agreed
TW | - | 110 | 119 | 119 | android libphonenumber teams | agreed
TZ | 112 | - | - | - | android libphonenumber | agreed
UA | 112 | 102 | 103 | 101 | android libphonenumber | one
UG | 999 | - | - | - | android libphonenumber teams | agreed
US | 911 | - | - | - | android libphonenumber teams | agreed
UY | 911 | - | 105 | 104 | android libphonenumber | one
UZ | 112 | 102 | 103 | 101 | android teams | one
VA | 112 | 113 | 118 | 115 | android libphonenumber | one
VC | 911 | - | - | - | android libphonenumber | agreed
VE | 911 | - | - | - | android libphonenumber | agreed
VG | 911 | - | - | - | android libphonenumber | agreed
VI | 911 | - | - | - | android libphonenumber teams | agreed
VN | - | 113 | 115 | 114 | android libphonenumber teams | agreed
VU | - | 111 | 112 | 113 | android libphonenumber | one
WF | - | 17 | 15 | 18 | android libphonenumber | agreed
WS | 911 | - | - | - | android libphonenumber | agreed
XK | 112 | 192 | 194 | 193 | android libphonenumber | one
YE | 199 | - | - | - | android libphonenumber | agreed
YT | 112 | - | 15 | - | libphonenumber teams | agreed
ZA | 112 | 10111 | 10177 | - | android libphonenumber teams | agreed
ZM | - | 991 | 991 | 993 | android libphonenumber teams | agreed
ZW | 999 | 995 | 994 | 993 | android libphonenumber | one
`
