//! Names beside those of `country_names.tsv`: short ones, regions, adjectives, large cities; words that except and join.

/// Codes that are hardly ever words when written in capitals.
#[rustfmt::skip]
pub(super) const SAFE_CODES: &[&str] =
    &[
    "us", "usa", "uk", "gb", "eu", "de", "nl", "fr", "au", "nz", "ru", "cn", "hk", "ww", "gbr", "ch", "pl", "ua", "se", "dk",
];

/// Folded as words are: no accents, no ß.
#[rustfmt::skip]
pub(super) const EXCEPT: &[&str] = &[
    "except", "except to", "except for", "excepted", "excluding", "excludes", "excl", "exclude", "but not", "not to", "no shipping to",
    "does not ship to", "do not ship to", "dont ship to", "wont ship to", "will not ship to", "not shipping to", "not ship to", "other than",
    "ausser", "ausgenommen", "nicht nach", "kein versand nach", "sauf", "excepte", "a lexception de", "a lexclusion de", "pas en", "excepto", "salvo",
    "tranne", "eccetto", "escluso", "escluse", "exceto", "behalve", "uitgezonderd", "кром", "кроме", "исключая", "not shipped to", "exclude",
    "excluding to", "cannot ship to", "can not ship to", "cant ship to", "unable to ship to", "no delivery to", "nicht lieferbar nach",
    "kein versand in", "keine lieferung nach", "nicht in", "mit ausnahme von", "mit ausnahme", "bis auf", "a part", "hormis", "excepte vers",
    "pas de livraison en", "pas denvoi en", "no envio a", "no envia a", "no se envia a", "menos a", "menos", "con excepcion de", "a excepcion de",
    "ad eccezione di", "ad esclusione di", "esclusi", "non spedisco in", "fuorche", "com excecao de", "menos para", "nao envio para",
    "met uitzondering van", "niet naar", "geen verzending naar", "окрім", "крім", "за винятком", "за исключением", "за исключени", "исключени",
    "не отправляем в", "не отправля", "oprocz", "z wyjatkiem", "poza", "z wylaczeniem", "nie wysylam do", "kromě", "krome", "mimo", "vyjma", "kiveve",
    "cu exceptia", "in afara de", "utom", "undtagen", "unntatt", "paitsi", "ما عدا", "ماعدا", "عدا", "باستثناء", "إلا", "osim", "освен",
];
/// Too common in running text, telling in a list of places.
pub(super) const EXCEPT_IN_A_LIST: &[&str] =
    &["no", "but", "not", "without", "outside", "ohne", "nicht", "hors", "menos", "non", "niet", "не"];
#[rustfmt::skip]
pub(super) const RESET: &[&str] = &[
    "only to", "ships to", "shipping to", "ship to", "nur nach", "ships from", "shipping from", "not outside", "no shipping outside",
    "do not ship outside", "not ship outside", "only within", "nur innerhalb", "solo dentro", "uniquement", "sonst", "otherwise", "else", "ansonsten",
    "seulement", "solamente", "soltanto", "только", "тільки", "лише", "tylko", "sadece", "فقط",
];
#[rustfmt::skip]
pub(super) const JOINING: &[&str] = &[
    "and", "or", "to", "from", "in", "the", "only", "und", "oder", "nach", "aus", "nur", "et", "ou", "vers", "de", "la", "le", "les", "y", "a", "e",
    "o", "en", "van", "naar", "uit", "и", "в", "из", "ships", "ship", "shipping", "shipped", "versand", "countries", "other", "also", "within", "all",
    "di", "da", "do", "dos", "del", "per", "für", "fur", "for", "united", "depuis", "desde", "hacia", "para", "dalla", "dallitalia", "dal", "dai",
    "alla", "vanuit", "binnen", "heel", "ganz", "innerhalb", "metropolitaine", "continental", "mainland", "і", "та", "з", "із", "до", "по", "на", "у",
    "с", "со", "из", "do", "z", "ze", "i", "w", "na", "oraz", "cala", "cale", "cely", "cela", "do", "ze", "ve", "icin", "tum", "den", "dan", "icine",
    "من", "الى", "و", "او", "في", "within", "whole", "entire", "domestic", "only", "solo", "tylko", "flag", "from", "sends", "sent", "area", "zone",
    "region", "countries", "country", "der", "die", "das", "des", "dem", "el", "los", "las", "il", "lo", "gli", "le", "eu only", "union", "och", "og",
    "ja", "si", "es", "sau", "kaikki", "express", "standard", "alle", "länder", "lander", "tous", "pays", "todos", "paises", "todas", "tutti",
    "paesi", "все", "страны", "всі", "країни", "wszystkie", "kraje", "post", "tracked", "untracked",
];

#[rustfmt::skip]
pub(super) const ALSO: &[(&[&str], &[&str])] = &[
    (&["WW"], &["any country", "any where", "every country", "partout", "partout dans le monde", "dans le monde", "en todo el mundo",
    "a todo el mundo", "cualquier país", "ovunque", "para todo o mundo", "qualquer lugar", "overal", "overal ter wereld", "весь світ", "увесь світ",
    "по всьому світу", "всьому світу", "любая страна", "любую страну", "все страны", "всі країни", "весь мир", "мир", "cały świat", "na cały świat",
    "całym świecie", "na całym świecie", "wszystkie kraje", "tüm dünya", "tüm dünyaya", "dünya çapında", "dünya geneli", "bütün dünya", "her yere",
    "uluslararası", "جميع أنحاء العالم", "كل أنحاء العالم", "كل العالم", "العالم", "حول العالم", "كافة دول العالم", "دولي", "celý svět",
    "po celém světě", "celý svet", "egész világ", "világszerte", "toată lumea", "în toată lumea", "hela världen", "hele verden", "hele verdenen",
    "koko maailma", "целия свят", "цео свет", "cijeli svijet", "ceo svet", "όλο τον κόσμο", "全世界", "全球", "世界中", "전 세계", "sonst weltweit"]), (&["EU"],
    &["Европа", "Європа", "Європейський Союз", "Євросоюз", "Евросоюз", "ЄС", "Unia Europejska", "UE", "Avrupa", "Avrupa Birliği", "أوروبا", "اوروبا",
    "الاتحاد الأوروبي", "دول الاتحاد الأوروبي", "Evropa", "Evropská unie", "celá EU", "celá Evropa", "Európa", "Európai Unió", "Európska únia",
    "Uniunea Europeană", "Europeiska unionen", "Eurooppa", "Ευρώπη", "欧盟", "欧洲", "ヨーロッパ", "EU27", "EU-27", "EU zone", "EU-weit", "EU wide", "UE entière", "toda la UE", "tutta la UE", "Eurozone", "Schengen"]),
    (&["US"], &["EUA", "VS", "Stany Zjednoczone", "Stanów Zjednoczonych", "Amerika Birleşik Devletleri", "أمريكا", "امريكا", "الولايات المتحدة",
    "الولايات المتحدة الأمريكية", "美国", "アメリカ", "미국", "Сполучені Штати", "Соединённые Штаты", "Штаты", "Spojené státy", "Egyesült Államok",
    "Statele Unite", "États-Unis d’Amérique", "Stati Uniti d'America"]), (&["GB"], &["Wielkiej Brytanii", "Anglia", "İngiltere", "بريطانيا",
    "انجلترا", "إنجلترا", "المملكة المتحدة", "Velká Británie", "Anglie", "Англії", "Британія", "Великобритания", "Велика Британія",
    "Великої Британії", "英国", "イギリス", "영국", "Storbritannien", "Marea Britanie", "Egyesült Királyság"]), (&["DE"], &["Niemiec", "Deutschlands",
    "Deutschlandweit", "Německa", "المانيا", "Germaniei", "Njemačke", "Nemačke"]), (&["PL"], &["Polski", "Polsce", "Polska cała"]), (&["CZ"],
    &["Czeska", "Česka", "Čech"]), (&["SK"], &["Słowacji", "Slovenska"]), (&["FR"], &["Francji", "Francie", "France métropolitaine"]), (&["ES"],
    &["Hiszpanii", "Španělska"]), (&["IT"], &["Włoch", "Itálie"]), (&["NL"], &["Holandii", "Niderlandów", "Hollanda", "هولندا", "Голландия",
    "Голландії", "Nizozemska", "Paesi Bassi", "Países Baixos"]), (&["UA"], &["Ukrainy", "Ukrajiny"]), (&["RU"], &["Rosji", "Ruska"]), (&["AT"],
    &["Austrii", "Rakouska"]), (&["CH"], &["Szwajcarii", "Suisse", "Švýcarska"]), (&["BE"], &["Belgii", "Belgie"]), (&["SE"], &["Szwecji"]), (&["LT"],
    &["Litwy"]), (&["LV"], &["Łotwy"]), (&["BG"], &["Bułgarii"]), (&["RO"], &["Rumunii"]), (&["HU"], &["Węgier"]), (&["TR"], &["Turcji",
    "Türkiye Cumhuriyeti"]), (&["CA"], &["Kanady"]), (&["SA"], &["السعودية", "Saudi"]), (&["AE"], &["الإمارات", "الامارات", "دبي", "ОАЭ"]), (&["KR"],
    &["South Korea", "Südkorea"]), (&["CN"], &["Китай", "Китаю"]), (&["RU", "BY", "KZ", "AM", "AZ", "KG", "MD", "TJ", "UZ"], &["СНГ", "CIS",
    "CIS countries", "страны СНГ"]), (&["EE", "LV", "LT"], &["Baltics", "Baltic states", "Baltikum", "Pays baltes", "Прибалтика"]), (&["DK", "FI",
    "IS", "NO", "SE"], &["Nordics", "Nordic countries"]), (&["WW"], &["worldwide", "world wide", "the world", "world", "international",
    "internationally", "global", "globally", "anywhere", "everywhere", "all countries", "everywhere in the world", "whole world", "rest of the world",
    "rest of world", "weltweit", "ganze welt", "monde", "monde entier", "dans le monde entier", "mondial", "mundial", "mundo", "todo el mundo",
    "todo o mundo", "mundo inteiro", "mondo", "tutto il mondo", "in tutto il mondo", "internazionale", "internacional", "wereldwijd", "hele wereld",
    "весь мир", "по всему миру", "всему миру"]), (&["EU"], &["Europe", "European Union", "Europa", "Union européenne", "Europäische Union",
    "EU-Länder", "Unión Europea", "Unione europea", "União Europeia", "Europese Unie", "Европа", "Европейский союз", "ЕС", "all of Europe",
    "inside Europe", "EU countries"]), (&["GB"], &["Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland", "UK mainland",
    "Grande-Bretagne", "Angleterre", "Großbritannien", "Gran Bretaña", "Inglaterra", "Gran Bretagna", "Inghilterra", "Groot-Brittannië", "Engeland",
    "Англия"]), (&["US"], &["United States of America", "U.S.", "U.S.A.", "America", "the States", "Amerika", "Etats Unis d'Amérique", "USA",
    "EE.UU.", "EEUU", "США", "Vereinigte Staaten von Amerika", "CONUS", "lower 48", "lower 48 states", "continental US", "continental USA"]),
    (&["NL"], &["Holland", "the Netherlands", "Hollande", "Nederland", "Holanda", "Olanda", "Голландия"]),
    (&["DE"], &["Federal Republic of Germany", "BRD"]),
    (&["CZ"], &["Czech Republic", "République tchèque", "Tschechische Republik", "República Checa", "Repubblica Ceca", "República Tcheca", "Česko"]),
    (&["TR"], &["Turkey", "Turkiye"]),
    (&["RU"], &["Russian Federation", "РФ", "Российская Федерация"]),
    (&["HK"], &["Hong Kong", "Hongkong", "Гонконг"]),
    (&["MO"], &["Macau", "Macao"]),
    (&["KR"], &["Korea", "Republic of Korea"]),
    (&["CN"], &["PRC", "Mainland China"]),
    (&["MK"], &["Macedonia", "FYROM"]),
    (&["AE"], &["UAE", "Emirates", "Dubai"]),
    (&["BA"], &["Bosnia", "Bosnien", "Bosnia and Herzegovina", "Bosnia Herzegovina", "Bosnien und Herzegowina", "Bosnie Herzégovine"]),
    (&["CI"], &["Ivory Coast"]),
    (&["CD"], &["DR Congo", "Democratic Republic of the Congo"]),
    (&["PS"], &["Palestine"]),
    (&["VN"], &["Viet Nam"]),
    (&["LA"], &["Lao"]),
    (&["BY"], &["Belarus", "Weissrussland", "Белоруссия"]),
    (&["MD"], &["Moldova"]),
    (&["SK"], &["Slovak Republic"]),
    (&["CH"], &["Swiss", "Helvetia"]),
    (&["AT"], &["Österreich"]),
    (&["DK", "NO", "SE"], &["Scandinavia", "Skandinavien", "Scandinavie"]),
    (&["BE", "NL", "LU"], &["Benelux"]),
    (&["DE", "AT", "CH"], &["DACH"]),
    (&["US", "CA", "MX"], &["North America"]),
];

/// ISO 3166-1 alpha-3 codes that sellers use.
#[rustfmt::skip]
pub(super) const THREE_LETTERS: &[&str] = &[
    "US=USA GB=GBR DE=DEU FR=FRA ES=ESP IT=ITA PT=PRT NL=NLD BE=BEL CH=CHE AT=AUT PL=POL CZ=CZE SK=SVK HU=HUN RO=ROU BG=BGR GR=GRC",
    "TR=TUR RU=RUS UA=UKR BY=BLR SE=SWE NO=NOR DK=DNK FI=FIN IE=IRL IS=ISL CA=CAN MX=MEX BR=BRA AR=ARG CO=COL CL=CHL AU=AUS NZ=NZL",
    "CN=CHN JP=JPN KR=KOR IN=IND PK=PAK TH=THA VN=VNM PH=PHL ID=IDN MY=MYS SG=SGP HK=HKG TW=TWN ZA=ZAF IL=ISR RS=SRB HR=HRV SI=SVN",
    "BA=BIH MK=MKD ME=MNE AL=ALB LT=LTU LV=LVA EE=EST LU=LUX MD=MDA GE=GEO AM=ARM AZ=AZE KZ=KAZ AE=ARE SA=SAU EG=EGY MA=MAR NG=NGA",
];

/// Adjectives, states, provinces and large cities: they count only where nothing but places is named ("Polish", "Georgia" and "Paris" are other words elsewhere).
#[rustfmt::skip]
pub(super) const SOFT: &[(&[&str], &str)] = &[
    (&["DE"],
    "German|Deutsch|Allemand|Bayern|Baden-Württemberg|Sachsen|Hessen|Niedersachsen|Nordrhein-Westfalen|NRW|Brandenburg|Thüringen|Rheinland-Pfalz|Schleswig-Holstein|Mecklenburg-Vorpommern|Sachsen-Anhalt|Saarland|Berlin|Hamburg|München|Köln|Frankfurt|Stuttgart|GER|Allemagne (DE)"),
    (&["NL"], "Dutch|Amsterdam|Rotterdam|Den Haag|NED|HOL"),
    (&["FR"], "French|Français|Paris|Lyon|Marseille|Île-de-France"),
    (&["GB"], "British|English|London|Manchester|Birmingham|Glasgow|BK|ENG|SCO"),
    (&["ES"], "Spanish|Madrid|Barcelona|Valencia|Sevilla"),
    (&["IT"], "Italian|Roma|Milano|Napoli|Torino"),
    (&["US"],
    "American|ABD|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Houston|Dallas|Chicago|Los Angeles|Miami|Phoenix"),
    (&["CA"], "Canadian|Ontario|Quebec|Québec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|Toronto|Vancouver|Montreal|Calgary"),
    (&["AU"], "Australian|New South Wales|Queensland|Victoria|Tasmania|Sydney|Melbourne|Brisbane|Perth"),
    (&["PL"], "Polish|Warszawa|Kraków|Wrocław|Poznań|Gdańsk|Łódź|Katowice|Szczecin|Lublin|Mazowieckie|Śląskie"),
    (&["SE"], "Swedish|Stockholm|Göteborg|Malmö"),
    (&["DK"], "Danish|København|Copenhagen"),
    (&["NO"], "Norwegian|Oslo|Bergen"),
    (&["FI"], "Finnish|Helsinki"),
    (&["CZ"], "Czech|Praha|Prague|Brno"),
    (&["AT"], "Austrian|Wien|Vienna|Graz"),
    (&["CH"], "Swiss|Zürich|Bern|Genève"),
    (&["BE"], "Belgian|Bruxelles|Brussel|Antwerpen"),
    (&["PT"], "Portuguese|Lisboa|Porto"),
    (&["GR"], "Greek|Athens|Αθήνα"),
    (&["HU"], "Hungarian|Budapest"),
    (&["RO"], "Romanian|Bucharest|București"),
    (&["BG"], "Bulgarian|Sofia|София"),
    (&["RS"], "Serbian|Beograd|Belgrade"),
    (&["HR"], "Croatian|Zagreb"),
    (&["IE"], "Irish|Dublin"),
    (&["RU"],
    "Russian|Moscow|Москва|Мск|Санкт-Петербург|СПб|Питер|Новосибирск|Екатеринбург|Казань|Краснодар|Самара|Ростов-на-Дону|Владивосток|Хабаровск|Нижний Новгород|Челябинск|Уфа|Красноярск|Воронеж|Пермь|Волгоград|Тюмень|Московская область"),
    (&["UA"], "Ukrainian|Київ|Киев|Kyiv|Kiev|Львів|Львов|Харків|Харьков|Одеса|Одесса|Дніпро|Днепр|Запоріжжя|Вінниця|Полтава"),
    (&["BY"], "Минск|Мінск|Minsk"),
    (&["KZ"], "Алматы|Астана|Almaty"),
    (&["TR"], "Turkish|Türk|İstanbul|Istanbul|Ankara|İzmir|Bursa|Antalya|Adana|Konya|Gaziantep|Trabzon"),
    (&["CN"], "Chinese|Çin|Shenzhen|Guangzhou|Beijing|Shanghai"),
    (&["JP"], "Japanese|Tokyo"),
    (&["IN"], "Indian|Mumbai|Delhi"),
    (&["MX"], "Mexican|Ciudad de México|CDMX"),
    (&["BR"], "Brazilian|São Paulo|Rio de Janeiro|Curitiba|Porto Alegre"),
    (&["AR"], "Buenos Aires"),
    (&["MA"], "Fas|Casablanca"),
    (&["SA"], "الرياض|جدة|الدمام|Riyadh|Jeddah"),
    (&["EG"], "القاهرة|الإسكندرية|Cairo"),
    (&["AE"], "أبوظبي|الشارقة|BAE|Abu Dhabi"),
    (&["KW"], "الكويت"),
    (&["IQ"], "بغداد|البصرة|أربيل|Baghdad"),
    (&["JO"], "عمان الأردن|Amman"),
    (&["LB"], "بيروت|Beirut"),
    (&["LY"], "طرابلس ليبيا|بنغازي"),
    (&["YE"], "صنعاء"),
];
/// After the places that they except: "ABD hariç", "USA ausgenommen".
#[rustfmt::skip]
pub(super) const EXCEPT_BEHIND: &[&str] = &[
    "haric", "haricinde", "disinda", "ausgenommen", "excluded", "excepted", "esclusi", "esclusa", "escluso", "exclus", "exclues", "exclue",
    "excluidos", "excluido", "uitgezonderd",
];
/// Denied as a whole: nothing is named.
#[rustfmt::skip]
pub(super) const NOTHING: &[&str] = &[
    "no international", "no international shipping", "no international orders", "no intl", "not international", "not internationally",
    "do not ship internationally", "dont ship internationally", "does not ship internationally", "not ship internationally", "no worldwide",
    "no worldwide shipping", "not worldwide", "international no", "kein internationaler versand", "kein weltweiter versand", "nicht international",
    "pas dinternational", "pas de livraison internationale", "sin envios internacionales", "no envios internacionales", "sem envio internacional",
    "geen internationale verzending",
];
/// Names of countries that are other words in lower case.
pub(super) const HOMOGRAPHS: &[&str] =
    &["turkey", "china", "chad", "jordan", "guinea", "niger", "jersey", "georgia", "chili", "cuba", "mali", "peru", "togo"];
