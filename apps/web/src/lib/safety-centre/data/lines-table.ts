/**
 * Help lines, one in each row: country, kinds of trouble, name, number to dial, number as people write it, website, for whom,
 * where it was read (`-`: nowhere; only a website may stand there so, never a number). How to renew them: docs/help-numbers.md.
 */
export const LINES_AS_OF = '2026-11-22'

export const LINES_TABLE = `
US | violence | National Domestic Violence Hotline | +18007997233 | 1-800-799-7233 | thehotline.org | all | ovc.ojp.gov/news/grantee-news/national-domestic-violence-hotline-answers-6-million-contacts
US | violence | RAINN, sexual assault hotline | +18006564673 | 1-800-656-4673 | rainn.org | all | rainn.org/get-help/national-sexual-assault-hotline
US | crisis | 988 Suicide & Crisis Lifeline | 988 | 988 | 988lifeline.org | all | worldkindacademy.com/emergencyresources
US | images | CCRI Image Abuse Helpline | +18448782274 | 1-844-878-2274 | cybercivilrights.org | all | www.cybercivilrights.org/faqs-usvictims/
US | fraud | Federal Trade Commission | +18773824357 | 1-877-382-4357 | reportfraud.ftc.gov | all | legalclarity.org/federal-trade-commission-phone-number-and-complaint-process
US | fraud images | FBI, Internet Crime Complaint Center | - | - | ic3.gov | all | www.ic3.gov
PR | crisis | 988 Suicide & Crisis Lifeline | 988 | 988 | 988lifeline.org | all | www.primerahora.com/noticias/policia-tribunales/notas/linea-pas-recibe-en-diciembre-322-llamadas-sobre-el-sucidio/
CA | crisis | 9-8-8: Suicide Crisis Helpline | 988 | 988 | 988.ca | all | 988.ca/fr/les-modalites-et-conditions-pour-le-service
CA | violence | ShelterSafe: shelters near you | - | - | sheltersafe.ca | women | sheltersafe.ca/about-shelters/
CA | violence | SOS violence conjugale (Québec) | +18003639010 | 1 800 363-9010 | sosviolenceconjugale.ca | all | www.westislandnews.com/post/together-stop-the-virus-and-the-violence-24-7-help-hotlines
CA | fraud | Canadian Anti-Fraud Centre | +18884958501 | 1-888-495-8501 | antifraudcentre-centreantifraude.ca | all | www.competitionbureau.gc.ca/eic/site/cb-bc.nsf/eng/04339.html
GB | violence | National Domestic Abuse Helpline | +448082000247 | 0808 2000 247 | nationaldahelpline.org.uk | women | www.centre56.org.uk/domestic-abuse
GB | violence | Men’s Advice Line | +448088010327 | 0808 801 0327 | mensadviceline.org.uk | men | www.centre56.org.uk/domestic-abuse
GB | crisis | Samaritans | 116123 | 116 123 | samaritans.org | all | www.samaritans.org/how-we-can-help/contact-samaritan/
GB | images | Revenge Porn Helpline | +443456000459 | 0345 6000 459 | revengepornhelpline.org.uk | all | revengepornhelpline.org.uk/faq/
GB | fraud | Report Fraud | +443001232040 | 0300 123 2040 | reportfraud.police.uk | all | www.miragenews.com/city-police-launch-fraud-reporting-service-1583577
IE | violence | Women’s Aid | +3531800341900 | 1800 341 900 | womensaid.ie | women | www.thejournal.ie/womens-aid-helpline-2-2964358-Sep2016/
IE | crisis | Samaritans | 116123 | 116 123 | samaritans.org | all | www.irishexaminer.com/breakingnews/ireland/samaritans-answer-29m-calls-since-2014-charity-to-play-crucial-role-in-new-mental-help-phone-service-914684.html
IE | images | Hotline.ie: have images removed | - | - | hotline.ie | all | www.echolive.ie/corknews/arid-40371413.html
AU | violence | 1800RESPECT | +611800737732 | 1800 737 732 | 1800respect.org.au | all | www.1800respect.org.au/terms-and-conditions
AU | crisis | Lifeline | +61131114 | 13 11 14 | lifeline.org.au | all | www.llg.org.au/contact/accessibility
AU | images | eSafety Commissioner | - | - | esafety.gov.au/report | all | www.esafety.gov.au/key-topics/image-based-abuse/report-image-based-abuse
AU | fraud | Scamwatch | - | - | scamwatch.gov.au | all | scamwatch.gov.au/about-scamwatch
NZ | violence | Women’s Refuge | +64800733843 | 0800 733 843 | womensrefuge.org.nz | women | womensrefuge.org.nz/get-help/
NZ | crisis | 1737, need to talk? | 1737 | 1737 | 1737.org.nz | all | www.pegasus.health.nz/?p=6300
NZ | images fraud | Netsafe | +64508638723 | 0508 638 723 | netsafe.org.nz | all | www.netsafe.org.nz/hdc/
ZA | violence | GBV Command Centre | +27800428428 | 0800 428 428 | gbv.org.za | all | gbv.org.za/about-us
ZA | crisis | SADAG Suicide Crisis Helpline | +27800567567 | 0800 567 567 | sadag.org | all | ewn.co.za/2019/09/11/sadag-receiving-more-calls-to-do-talks-on-suicide-at-primary-schools
NG | crisis | SURPIN | +2348000787746 | 0800 078 7746 | surpinng.com | all | healthwise.punchng.com/ngo-launches-toll-free-hotline-for-assistance-on-mental-health
GH | violence | Helpline of Hope | +233800800800 | 0800 800 800 | - | all | www.myjoyonline.com/gender-ministry-launches-helpline-for-victims-of-domestic-violence/
GH | crisis | Mental Health Authority | +233800678678 | 0800 678 678 | mhaghana.com | all | businessghana.com/site/news/general/271049/MHA-unveils-toll-free-No.-for-psycho-social-support
KE | violence | National GBV helpline | 1195 | 1195 | - | all | www.un.org/en/coronavirus/someone-talk-kenya-hotline-women%E2%80%94and-men%E2%80%94-crisis
KE | crisis | Befrienders Kenya | +254722178177 | 0722 178 177 | befrienderskenya.org | all | doctorsexplain.net/courses/caring-for-your-mental-health-online-course-on-mental-health-awareness/lesson/emergency-contacts-and-crisis-hotlines/
UG | violence | Sauti 116 | 116 | 116 | - | all | www.newvision.co.ug/category/news/govt-launches-helpline-to-combat-gender-based-NV_177245
RW | violence | Isange One Stop Centre | 3029 | 3029 | - | all | help.unhcr.org/rwanda/services/sgbv
ZM | violence crisis | Lifeline Zambia | 933 | 933 | - | all | lifeline-international.com/lifeline-childline-zambia/
ZW | violence | National GBV call centre | 575 | 575 | - | all | www.herald.co.zw/zim-unveils-gbv-call-centre/
IN | violence | Women Helpline | 181 | 181 | wcd.gov.in | women | reporters-collective.in/womens-safety/tuned-out-launched-after-nirbhaya-helpline-fails-women
IN | crisis | Tele MANAS | 14416 | 14416 | telemanas.mohfw.gov.in | all | www.thehawk.in/news/health/tele-manas-mental-health-helpline-handles-over-238-lakh-calls-since-2022-prataprao-jadhav
IN | fraud images | National Cybercrime Helpline | 1930 | 1930 | cybercrime.gov.in | all | nagalandpost.com/citizens-asked-to-report-financial-frauds/
PK | violence | Ministry of Human Rights helpline | 1099 | 1099 | mohr.gov.pk | all | propergaanda.com/2022/10/20/these-horrific-stats-show-that-pakistan-is-doing-nothing-to-protect-its-women/
PK | images | Digital Rights Foundation | +9280039393 | 0800-39393 | digitalrightsfoundation.pk | all | digitalrightsfoundation.pk/2023/05/
PH | crisis | NCMH Crisis Hotline | 1553 | 1553 | ncmh.gov.ph | all | www.sunstar.com.ph/cebu/nearly-700-call-ncmh-during-the-holidays
PH | crisis | NCMH Crisis Hotline, mobile | +639178998727 | 0917 899 8727 | ncmh.gov.ph | all | www.sunstar.com.ph/cebu/nearly-700-call-ncmh-during-the-holidays
SG | crisis | Samaritans of Singapore | 1767 | 1767 | sos.org.sg | all | www.straitstimes.com/singapore/courts-crime/6-ways-to-avoid-being-scammed-in-spore-helplines-and-online-resources
SG | fraud | ScamShield Helpline | 1799 | 1799 | scamshield.gov.sg | all | scamshield.gov.sg/scamshield-helpline
MY | violence | Talian Kasih | 15999 | 15999 | kpwkm.gov.my | all | news.amierul.com/2025/11/10/how-talian-kasih-turns-distress-calls-into-action
MY | fraud | National Scam Response Centre | 997 | 997 | nfcc.jpm.gov.my | all | www.malaymail.com/news/malaysia/2026/03/03/call-997-right-away-if-you-suspect-a-scam-fahmi-tells-malaysians/211156
ID | violence | SAPA 129 | 129 | 129 | kemenpppa.go.id | women | www.musinews.id/sapa-129-layanan-cepat-dan-aman-untuk-perempuan-dan-anak-korban-kekerasan/
ID | crisis | Healing119 | - | - | healing119.id | all | kesprimkom.kemkes.go.id/konten/158/151/0/cegah-bunuh-diri-dukung-kesehatan-jiwa-kenali-layanan-healing119-id
BD | violence | National Helpline Centre 109 | 109 | 109 | - | women | newnation.io/emergency-helpline-launched-in-bd-helping-out-citizens-in-distress
CN | crisis | 全国统一心理援助热线 | 12356 | 12356 | - | all | zsrbapp.zsnews.cn/home/content/newsContent/pinpai_28.html/658757
JP | crisis | よりそいホットライン | +81120279338 | 0120-279-338 | - | all | www.hurights.or.jp/archives/newsinbrief-ja/section1/2015/01/post-52.html
JP | violence | DV相談プラス | +81120279889 | 0120-279-889 | soudanplus.jp | all | www.sankaku087.net/blog/dv%e7%9b%b8%e8%ab%87%e3%83%97%e3%83%a9%e3%82%b9%e3%81%8c4%e6%9c%8820%e6%97%a5%e3%81%8b%e3%82%89%e3%82%b9%e3%82%bf%e3%83%bc%e3%83%88/
KR | crisis | 자살예방 상담전화 109 | 109 | 109 | - | all | koreabizwire.com/?p=303235
KR | violence | 여성긴급전화 1366 | 1366 | 1366 | - | women | www.dailyclick.net/contents/68106d3d14a88ca14dd1436b
TH | crisis | สายด่วนสุขภาพจิต 1323 | 1323 | 1323 | - | all | asianews.network/thailands-mental-health-services-mobilised-following-earthquake-hotline-capacity-tripled
TH | violence | ศูนย์ช่วยเหลือสังคม สายด่วน 1300 | 1300 | 1300 | 1300sano.com | all | 1300sano.com
TR | violence | Alo 183 Sosyal Destek Hattı | 183 | 183 | aile.gov.tr | all | kureansiklopedi.com/tr/detay/alo-183-sosyal-destek-hatti-269d6
IT | violence | 1522, numero antiviolenza e stalking | 1522 | 1522 | 1522.eu | women | www.1522.eu/cose-1522/?lang=en
PL | crisis | Centrum Wsparcia | +48800702222 | 800 70 2222 | - | all | zdrowie.pap.pl/psyche/na-kryzys-telefon-800-70-2222
PL | violence | Niebieska Linia | +48800120002 | 800 120 002 | niebieskalinia.info | all | www.polskieradio.pl/395/7789/Artykul/3546920,poland%E2%80%99s-blue-line-marks-30year-milestone-in-tackling-domestic-violence
ES | violence | Servicio telefónico 016 | 016 | 016 | violenciagenero.igualdad.gob.es | women | www.europapress.es/epsocial/igualdad/noticia-suben-levemente-consultas-016-primer-semestre-2025-59317-casi-330-diarias-20250807133253.html
ES | crisis | Línea 024 | 024 | 024 | sanidad.gob.es/linea024 | all | www.farodevigo.es/galicia/2025/10/11/medio-millar-gallegos-mes-024-linea-suicidio-122499662.html
ES | images fraud | Tu Ayuda en Ciberseguridad, INCIBE | 017 | 017 | incibe.es/linea-de-ayuda-en-ciberseguridad | all | www.incibe.es/en/linea-de-ayuda-en-ciberseguridad/faq
ES | images | Canal prioritario de la AEPD | - | - | aepd.es/canalprioritario | all | www.lalfas.es/concejalias/igualdad/la-concejalia-de-igualdad-informa-del-canal-prioritario-de-la-agencia-espanola-de-proteccion-de-datos/
MX | crisis | Línea de la Vida | +528009112000 | 800 911 2000 | gob.mx/lineadelavida | all | tribunademexico.com/ssa-invita-a-hacer-uso-de-linea-de-la-vida/
MX | fraud | Denuncia anónima | 089 | 089 | gob.mx/sspc | all | pulsoslp.com.mx/seguridad/si-te-amenazan-cuelga-de-inmediato-alerta-la-sspc/1999739
CO | violence | Línea 155 | 155 | 155 | equidadmujer.gov.co | women | www.seguimiento.co/node/51966
AR | violence | Línea 144 | 144 | 144 | argentina.gob.ar/linea-144 | all | puntodevistaweb.com/2025/09/19/una-de-las-principales-acciones-contra-la-violencia-de-genero-cumple-12-anos
AR | crisis | Centro de Asistencia al Suicida | +541152751135 | (011) 5275-1135 | asistenciaalsuicida.org.ar | all | lapostacomodorense.com.ar/2025/09/03/septiembre-mes-de-la-prevencion-del-suicidio-la-importancia-de-escuchar-acompanar-y-abrazar/
AR | crisis | Línea nacional de salud mental | +548009990091 | 0800 999 0091 | argentina.gob.ar/salud | all | www.ospia.org.ar/?p=1635
PE | violence | Línea 100 | 100 | 100 | gob.pe/mimp | all | panamericana.pe/locales/464962-mimp-linea-100-recibio-cerca-89-mil-llamadas-malintencionadas-2025
PE | crisis | Línea 113, opción 5 | 113 | 113 (5) | gob.pe/minsa | all | panamericana.pe/salud/466160-minsa-refuerza-lineas-gratuitas-atencion-salud-mental-nivel-nacional
CL | violence | Fono 1455 | 1455 | 1455 | sernameg.gob.cl | women | regionesnoticias.cl/antofagasta/2024/03/13/sernameg-refuerza-informacion-sobre-los-canales-de-orientacion-y-denuncia-en-casos-de-violencia-de-genero/36320/amp
CL | crisis | Línea de prevención del suicidio | *4141 | *4141 | gob.cl/noestassolo | all | www.radiopolar.com/salud-mental-prevencion-suicidio-foco-especialistas-refuerzan-linea-4141-region
EC | crisis | Línea 171, opción 6 | 171 | 171 (6) | salud.gob.ec | all | www.expreso.ec/buenavida/el-pacto-nacional-por-la-salud-mental-5-servicios-gratuitos-en-ecuador-274020.html
GT | violence | Línea 1572, Ministerio Público | 1572 | 1572 | mp.gob.gt | women | www.prensalibre.com/guatemala/justicia/llamadas-en-linea-por-violencia-contra-la-mujer-se-disparan-en-medio-de-la-pandemia/
BO | violence | FELCV | +591800140348 | 800 14 0348 | - | all | callebolivia.com/2020/11/24/investigacion-defensorial-evidencia-que-durante-la-cuarentena-la-atencion-de-casos-de-violencia-por-la-felcv-fue-ineficiente-y-poco-efectiva/
DO | violence | Línea Mujer | *212 | *212 | mujer.gob.do | women | hoy.com.do/vivir/marca-211-numero-salvarte-victima-violencia_1062209.html
DO | violence | Línea Vida | *211 | *211 | - | women | hoy.com.do/vivir/marca-211-numero-salvarte-victima-violencia_1062209.html
HN | violence | Línea 114 | 114 | 114 | policianacional.gob.hn | women | proceso.hn/detenciones-por-violencia-domestica-y-familiar-suman-150-en-lo-que-va-de-2025/
PY | violence | SOS Mujer | 137 | 137 | mujer.gov.py | women | www.abc.com.py/internacionales/2026/01/09/gobierno-paraguayo-habilita-linea-de-whatsapp-para-asistir-a-mujeres-victimas-de-violencia/
SV | violence | Línea 126, ISDEMU | 126 | 126 | isdemu.gob.sv | women | www.presidencia.gob.sv/la-pnc-cuenta-con-36-oficinas-de-atencion-de-casos-de-violencia-intrafamiliar-en-todo-el-pais-como-parte-del-esfuerzo-de-prevencion-que-mantiene-el-gobierno/
UY | violence | Orientación a mujeres en situación de violencia | +5988004141 | 0800 4141 | gub.uy/mides | women | ladiaria.com.uy/feminismos/articulo/2024/3/mas-de-tres-decadas-asesorando-a-mujeres-victimas-de-violencia-que-alcance-ha-tenido-el-0800-4141-y-como-se-transformo-desde-su-creacion/
UY | crisis | Línea Vida | +5988000767 | 0800 0767 | asse.com.uy | all | www.subrayado.com.uy/cada-tres-dias-un-adolescente-se-suicida-uruguay-n648093
VE | violence | 0800-MUJERES | +588006853737 | 0800 6853737 | minmujer.gob.ve | women | hispanopost.com/0800-mujer-y-ong-no-se-dan-abasto-para-atender-a-victimas-de-violencia-de-genero-en-venezuela/
DE | violence | Hilfetelefon Gewalt gegen Frauen | 116016 | 116 016 | hilfetelefon.de | women | www.hilfetelefon.de/das-hilfetelefon/angebot-im-ueberblick.html
DE | violence | Hilfetelefon Gewalt an Männern | +498001239900 | 0800 123 99 00 | maennerhilfetelefon.de | men | landkreis-heidenheim.de/hilfetelefon+_gewalt+gegen+frauen_+und+_gewalt+an+maennern_
DE | crisis | TelefonSeelsorge | +498001110111 | 0800 111 0 111 | telefonseelsorge.de | all | www.spektrum.de/news/telefonseelsorge-erste-hilfe-fuer-die-seele/2055834
DE | violence fraud | Weisser Ring, Opfer-Telefon | 116006 | 116 006 | weisser-ring.de | all | weisser-ring.de/media-news/meldungen/25-01-2017
DE | images | HateAid | - | - | hateaid.org | all | hateaid.org/betroffenenberatung/
AT | violence | Frauenhelpline gegen Gewalt | +43800222555 | 0800 222 555 | frauenhelpline.at | women | noe.orf.at/stories/3136860/
AT | violence | Männernotruf | +43800246247 | 0800 246 247 | maennernotruf.at | men | steiermark.orf.at/stories/3222353/
AT | crisis | Telefonseelsorge | 142 | 142 | telefonseelsorge.at | all | wienerbezirksblatt.at/hochwasser-tlefonseelsorge-jetzt-rund-um-die-uhr-erreichbar/
AT | fraud images | Watchlist Internet | - | - | watchlist-internet.at | all | www.watchlist-internet.at/about-us/
CH | crisis | Die Dargebotene Hand, La Main Tendue, Telefono Amico | 143 | 143 | 143.ch | all | www.bag-blueprint.ch/die-dargebotene-hand-tel-143
CH | violence | Opferhilfe Schweiz, Aide aux victimes | - | - | opferhilfe-schweiz.ch | all | sodk.ch/de/themen/opferhilfe
CH | fraud images | Bundesamt für Cybersicherheit | - | - | report.ncsc.admin.ch | all | saldo.ch/artikel/artikeldetail/link-internet-gauner-im-visier
LI | crisis | Die Dargebotene Hand | 143 | 143 | 143.ch | all | de-academic.com/dic.nsf/dewiki/331633
LU | crisis | SOS Détresse | +352454545 | 45 45 45 | 454545.lu | all | www.wort.lu/fr/luxembourg/sos-detresse-45-ans-d-ecoute-et-d-aide-au-bout-du-fil-638b1a9bde135b923628406c
LU | violence | Helpline violence domestique | +35220601060 | 2060 1060 | helpline-violence.lu | all | lequotidien.lu/luxembourg/un-numero-durgence-contre-les-violences-domestiques
LU | images fraud | BEE SECURE Helpline | +35280021234 | 8002 1234 | bee-secure.lu | all | bee-secure.lu/de/news/neuer-cybermobbing-ratgeber-fuer-jugendliche-und-deren-ansprechpartner
FR | violence | Violences Femmes Info | 3919 | 3919 | solidaritefemmes.org | women | solidaritefemmes.org/appeler-le-3919/
FR | crisis | Numéro national de prévention du suicide | 3114 | 3114 | 3114.fr | all | 3114.fr/que-se-passe-t-il-quand-je-contacte-le-3114/
FR | images | Le 3018, contre les violences numériques | 3018 | 3018 | e-enfance.org | all | mairie-villetaneuse.fr/actualites/le-3018-un-numero-gratuit-et-une-app-pour-les-victimes-de-cyberharcelement
FR | fraud | Info Escroqueries | +33805805817 | 0 805 805 817 | 17cyber.gouv.fr | all | www.cnews.fr/vie-numerique/2022-04-02/escroquerie-en-ligne-voici-comment-deposer-plainte-1198767
FR | violence fraud | France Victimes | 116006 | 116 006 | france-victimes.fr | all | longvilliers-yvelines.fr/2022/03/18/les-services-daide-aux-victimes/
BE | violence | Hulplijn 1712 | 1712 | 1712 | 1712.be | all | www.1712.be/nl/over-1712
BE | violence | Écoute violences conjugales | +3280030030 | 0800 30 030 | ecouteviolencesconjugales.be | all | wal.autonomia.org/professionnel/ecoute-violences-conjugales
BE | crisis | Centre de Prévention du Suicide | +3280032123 | 0800 32 123 | preventionsuicide.be | all | www.brusselstimes.com/belgium/1952875/belgiums-centre-for-suicide-prevention-calls-for-volunteers
BE | crisis | Zelfmoordlijn | 1813 | 1813 | zelfmoord1813.be | all | www.brusselstimes.com/belgium/1952875/belgiums-centre-for-suicide-prevention-calls-for-volunteers
BE | fraud | Safeonweb | - | - | safeonweb.be | all | atwork.safeonweb.be/reporting-phishing
CD | violence | Ligne verte 122 | 122 | 122 | drc.unfpa.org | all | drc.unfpa.org/fr/news/la-ligne-122-assistance-et-orientations-des-survivantes-de-vbg-vers-les-structures-de-prise-en
CI | violence | Numéro vert 1308 | 1308 | 1308 | - | all | news.abidjan.net/articles/698270/nasseneba-toure-denonce-la-recrudescence-des-violences-faites-aux-femmes
CM | fraud images | ANTIC | 8202 | 8202 | antic.cm | all | actucameroun.com/2019/04/10/cameroun-lutte-contre-la-cybercriminalite-deux-numeros-verts-pour-denoncer-les-internautes-delinquants/
SN | violence | Wallu, allô 116 | 116 | 116 | pasneeg.sn | all | www.pasneeg.sn/wallu-allo-116/
ML | violence | Numéro vert de la Police nationale | 80333 | 80333 | - | all | lecombat.fr/?p=6725
BF | violence | Numéro vert | +22680001287 | 80 00 12 87 | - | all | actualite.bf/4859-2
MG | violence | Ligne 813 | 813 | 813 | - | all | www.madaplus.info/Madagascar-Augmentation-du-nombre-des-victimes-de-violence-basee-sur-me-genre_a13655.html
MA | violence | Kolona Maak | 8350 | 8350 | - | women | fr.le360.ma/societe/video-covid-19-et-confinement-voici-comment-une-importante-ong-lutte-contre-les-violences-faites-aux-212875
TN | violence | Ligne verte 1899 | 1899 | 1899 | observatoire-violence-femmes.tn | women | observatoire-violence-femmes.tn/la-ligne-verte-1899-conseil-orientation-et-suivi-des-femmes-victimes-de-violence
TZ | violence | WiLDAF | +255800780070 | 0800 780 070 | wildaftanzania.or.tz | all | wildaftanzania.or.tz/emergency-response-system/
BR | violence | Central de Atendimento à Mulher | 180 | 180 | gov.br/mulheres | women | newsrondonia.com.br/noticias/2025/11/06/cop30-mulheres-vitimas-de-violencia-terao-atendimento-exclusivo
BR | crisis | CVV | 188 | 188 | cvv.org.br | all | www.opantaneiro.com.br/saude/conversar-pode-salvar-vidas-alerta-cvv-no-setembro-amarelo/229719/
BR | images fraud | SaferNet, HelpLine | - | - | helpline.org.br | all | helpline.org.br
PT | violence | Serviço de informação a vítimas de violência doméstica | +351800202148 | 800 202 148 | cig.gov.pt | all | cig.gov.pt/?p=27436
PT | violence | APAV, Linha de Apoio à Vítima | 116006 | 116 006 | apav.pt | all | victim-support.eu/infovictims-portugal/
PT | crisis | Linha Nacional de Prevenção do Suicídio | 1411 | 1411 | sns24.gov.pt | all | 24noticias.sapo.pt/atualidade/artigos/nova-linha-nacional-para-prevencao-do-suicidio-entra-em-funcionamento-como-funciona
PT | crisis | SNS 24 | +351808242424 | 808 24 24 24 | sns24.gov.pt | all | 24noticias.sapo.pt/atualidade/artigos/nova-linha-nacional-para-prevencao-do-suicidio-entra-em-funcionamento-como-funciona
PT | images fraud | Linha Internet Segura | +351800219090 | 800 219 090 | internetsegura.pt | all | apav.pt/estatisticas-apav-linha-internet-segura-2024
AO | violence crisis | Denúncia e apoio psicológico | 145 | 145 | masfamu.gov.ao | all | www.jornaldeangola.ao/ao/noticias/registados-perto-de-tres-mil-casos-de-violencia-domestica/
MZ | violence | Linha Verde 1458 | 1458 | 1458 | - | all | www.sapo.pt/noticias/atualidade/linha-verde-da-onu-reforca-assistencia_62322bd5f4428c6570d32739
ZZ | images | StopNCII.org | - | - | stopncii.org | all | stopncii.org/faq/
ZZ | crisis | Find A Helpline | - | - | findahelpline.com | all | findahelpline.com/AU
ZZ | crisis | Befrienders Worldwide | - | - | befrienders.org | all | docslib.org/doc/639600/to-view-newsletter
ZZ | violence | NO MORE Global Directory | - | - | nomoredirectory.org | all | -
ZZ | fraud | econsumer.gov | - | - | econsumer.gov | all | econsumer.gov/en/Home/About
`
