/**
 * Lists behind the advice on handles. Short on purpose: they catch what is common, and the advice is only advice - a
 * person may keep the handle they want. All lower case, ASCII.
 */
export const FIRST_NAMES = list(`
  aaron abdul abigail adam adrian ahmed aisha alan albert alejandro alex alexander alexandra alexis ali alice alicia
  alina amanda amelia amina amy ana anastasia andrea andreas andrew andrey angela anita anja anna anne annette anthony
  antonio ariana arjun arthur ashley astrid ayse barbara beatrice benjamin bernard beth betty bianca bjorn bogdan brandon
  brenda brian bruno camila carl carla carlos carmen carol caroline catherine cecilia charles charlotte chloe chris
  christian christina christopher claire claudia clara connor cristina cynthia daniel daniela darius david deborah denise
  dennis diana diego dimitri dmitri dominic donald dorothy dylan edward elena eleanor elias elif elijah elisabeth
  elizabeth ella ellen emily emma enrique eric erica erik ethan eva evelyn fabian fatima felix fernando fiona florian
  frances francesca francesco francisco franz frederick gabriel gabriela george gerald giovanni giulia gloria grzegorz
  guillaume gustav hannah hans harold harry hassan heather hector heidi helen helena henrik henry hiroshi hugo ibrahim
  igor ines ingrid irene irina isaac isabel isabella ivan jacob jakub james jan jana jane janet jasmine jason javier
  jean jeffrey jennifer jeremy jessica jesus joan johan johanna john jonas jonathan jorge jose josef joseph joshua juan
  judith julia julian julie jurgen justin karen karin karl katarina katarzyna kate katharina katherine kathleen katie
  kevin khadija klaus kristina kyle lars laura lauren leila leon leonardo liam lina linda lisa logan louis louise luca
  lucas lucia lucy luis luisa lukas madison magdalena manuel marco marcus margaret maria mariam marie marina mario
  marion marta martha martin mary mason mateo matteo matthew matthias maximilian megan mehmet melanie melissa michael
  michal michelle miguel mikhail mohamed mohammed monica monika muhammad mustafa nadia nancy natalia natalie natasha
  nathan nicholas nicolas nicole nikolai nina noah nora olga oliver olivia omar oscar pablo pamela patricia patrick paul
  paula paulo pedro peter petra philip philippe pierre piotr priya rachel rafael rahul ramon raymond rebecca ricardo
  richard robert roberto rodrigo roger roman ronald rosa ryan sabine salma samantha samir samuel sandra sara sarah
  sebastian sergei sergio sharon shirley silvia simon sofia sophia sophie stefan stephanie stephen steven susan svetlana
  sven sylvia tatiana teresa theodore theresa thomas timothy tobias tomas tomasz tyler ursula valentina valeria vanessa
  veronica victor victoria vincent viktor virginia vladimir walter wei wilhelm william wolfgang xavier yasmin yusuf yuki
  yulia zachary zainab zoe`)

export const PLACES = list(`
  accra africa alabama alaska albania algeria algiers america amsterdam andorra angola ankara antwerp argentina arizona
  armenia asia athens atlanta auckland austin australia austria baghdad baku bangkok bangladesh barcelona basel bavaria
  beijing beirut belarus belfast belgium belgrade bergen berlin bern birmingham bogota bolivia bologna bombay bonn bosnia
  boston brasil bratislava brazil brisbane bristol britain brooklyn brussels bucharest budapest bulgaria cairo calgary
  california cambridge canada cardiff casablanca chennai chicago chile china cologne colombia colorado copenhagen croatia
  cuba cyprus dakar dallas damascus delhi denmark denver detroit dhaka dortmund dresden dubai dublin dusseldorf ecuador
  edinburgh egypt england estonia ethiopia europe finland florence florida france frankfurt galway gdansk geneva genoa
  germany ghana ghent glasgow gothenburg graz greece guatemala hague haiti hamburg hannover hanoi havana hawaii helsinki
  holland honduras houston hungary iceland india indonesia iran iraq ireland islamabad israel istanbul italy jakarta
  jamaica japan jerusalem johannesburg kabul karachi kazakhstan kenya kiev kolkata korea krakow kuwait kyiv kyoto lagos
  lahore latvia lebanon leeds leipzig libya lima lisbon lithuania liverpool ljubljana london losangeles lyon madrid malaga
  malawi malaysia manchester manhattan manila marseille melbourne mexico miami milan minnesota minsk moldova monaco
  mongolia montenegro montreal morocco moscow mumbai munich nagoya nairobi namibia naples nepal netherlands newcastle
  newyork nicaragua nigeria norway nottingham nuremberg ohio oregon osaka oslo ottawa oxford pakistan palermo palestine
  panama paris peru philadelphia philippines phoenix poland porto portugal prague quebec riga rome romania rotterdam
  russia rwanda salzburg sarajevo saudi scotland seattle senegal seoul serbia seville shanghai singapore slovakia
  slovenia sofia somalia spain stockholm stuttgart sudan sweden switzerland sydney syria taipei taiwan tallinn tanzania
  tehran texas thailand tokyo toronto tunisia turin turkey uganda ukraine uruguay utah valencia vancouver venezuela
  venice vienna vietnam vilnius wales warsaw washington yemen zagreb zambia zimbabwe zurich`)

/** Words of a handle that point to another way to reach a person. */
export const CONTACTS = list(`
  aol discord facebook fb gmail gmx hotmail icloud insta instagram kik line linkedin mail onlyfans outlook phone
  protonmail reddit signal skype snap snapchat tel telegram tiktok twitch twitter viber vk wechat weibo whatsapp yahoo
  youtube`)

/** Handles nobody may take: they would speak for the service or for its staff. */
export const RESERVED = list(`
  about abuse account accounts admin administrator api billing bot contact everyone feedback help helpdesk here info
  legal login me mod moderation moderator moderators mods nobody null official operator owner police privacy root safety
  security server service settings staff status stranger support system team trust undefined verify visavis vis-a-vis
  webmaster you`)

function list(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}
