/** Where the emergency numbers come from. How they were put together, and how to renew them: docs/help-numbers.md. */
export const EMERGENCY_SOURCES = {
  android: {
    name: 'Android Open Source Project, emergency numbers by country, revision 2',
    url: 'https://android.googlesource.com/platform/packages/services/Telephony/+/master/ecc/input/eccdata.txt',
    date: '2026-11-22',
  },
  libphonenumber: {
    name: 'libphonenumber, short numbers (google-libphonenumber 3.2.47)',
    url: 'https://github.com/google/libphonenumber/blob/master/resources/ShortNumberMetadata.xml',
    date: '2026-11-22',
  },
  teams: {
    name: 'Microsoft Teams, emergency numbers for countries',
    url: 'https://learn.microsoft.com/microsoftteams/emergency-numbers-reference',
    date: '2024-05-01',
  },
  monusco: {
    name: 'MONUSCO: le 112, numéro d’urgence de la police',
    url: 'https://monusco.unmissions.org',
    date: '2017-06-08',
  },
  iraq: {
    name: 'وزارة الداخلية العراقية: رقم الطوارئ الموحد 911 (burathanews.com)',
    url: 'http://burathanews.com/arabic/news/469673',
    date: '2026-01-05',
  },
  challenge: {
    name: 'Challenge: Maroc, ces numéros qu’il faut avoir en cas d’urgence',
    url: 'https://www.challenge.ma/maroc-ces-numeros-quil-faut-avoir-en-cas-durgence-243599/',
    date: '2022-08-01',
  },
  nigeria: {
    name: 'Nigerian government: the emergency number is 112 (xtra.net)',
    url: 'https://www.xtra.net/news/nigeria/nigerian-government-creates-toll-free-line-for-ambulance-services-in-abuja',
    date: '2022-10-28',
  },
  dakar: {
    name: 'Ministère de l’Intérieur du Sénégal: 17 et 18 (seneweb.com)',
    url: 'https://www.seneweb.com/news/Societe/insecurite-le-123-nouveau-numero-vert-an_n_379405.html',
    date: '2022-05-23',
  },
} as const satisfies Record<string, { readonly name: string; readonly url: string; readonly date: string }>

export type EmergencySourceId = keyof typeof EMERGENCY_SOURCES
