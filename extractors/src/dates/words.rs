//! The words of dates, in the languages that we read. They are compared without accents and in lower case.

/// Months, January first, in full, declined and shortened.
pub(super) const MONTHS: [&str; 12] = [
    "january|jan|janvier|janv|januar|jänner|jaenner|enero|ene|gennaio|genn|gen|janeiro|januari|январь|января|янв|січень|січня|січ|styczeń|stycznia|stycznie|sty|ocak|oca|يناير|كانون الثاني|كانون 2|جانفي|leden|ledna|led|január|januára|ianuarie|ian|január|jannuar|tammikuu|tammikuuta|tammi|януари|јануар|siječanj|siječnja|sij|ιανουάριος|ιανουαρίου|ιαν|ינואר|ژانویه|студзень|студзеня|стд|gener|djanuari|djan",
    "february|feb|février|févr|fév|februar|febrero|febbraio|febbr|fevereiro|fev|februari|февраль|февраля|фев|февр|лютий|лютого|лют|luty|lutego|lut|şubat|şub|فبراير|شباط|فيفري|únor|února|úno|február|februára|februarie|febr|helmikuu|helmikuuta|helmi|февруари|фебруар|veljača|veljače|velj|φεβρουάριος|φεβρουαρίου|φεβ|פברואר|فوریه|люты|лютага|febrer|pebruari|peb",
    "march|mar|mars|märz|maerz|mrz|marzo|março|maart|mrt|март|марта|мар|березень|березня|бер|берез|marzec|marca|mart|مارس|آذار|březen|března|bře|marec|március|márc|martie|maaliskuu|maaliskuuta|maalis|ožujak|ožujka|ožu|μάρτιος|μαρτίου|μαρ|מרץ|מרס|сакавік|сакавіка|març|maret",
    "april|apr|avril|avr|abril|abr|aprile|апрель|апреля|апр|квітень|квітня|квіт|кві|kwiecień|kwietnia|kwi|nisan|nis|أبريل|ابريل|إبريل|نيسان|أفريل|duben|dubna|dub|apríl|apríla|április|ápr|aprilie|huhtikuu|huhtikuuta|huhti|април|travanj|travnja|απρίλιος|απριλίου|απρ|אפריל|آوریل|красавік|красавіка|d'abril",
    "may|mai|mayo|maggio|mag|maio|mei|май|мая|травень|травня|трав|тра|maj|maja|mayıs|مايو|أيار|ماي|květen|května|kvě|máj|mája|május|máj|toukokuu|toukokuuta|touko|мај|svibanj|svibnja|svi|μάιος|μαΐου|μαι|מאי|مه|травня|maig",
    "june|jun|juin|juni|junio|giugno|giu|junho|июнь|июня|июн|червень|червня|черв|чер|czerwiec|czerwca|cze|haziran|haz|يونيو|يونيه|يونية|حزيران|جوان|červen|června|čvn|jún|júna|június|jún|iunie|iun|kesäkuu|kesäkuuta|kesä|юни|јун|lipanj|lipnja|lip|ιούνιος|ιουνίου|ιουν|יוני|ژوئن|чэрвень|чэрвеня|juny|djuni",
    "july|jul|juillet|juil|juli|julio|luglio|lug|julho|июль|июля|июл|липень|липня|лип|lipiec|lipca|temmuz|tem|يوليو|يوليه|يولية|یولیو|تموز|جويلية|červenec|července|čvc|júl|júla|július|júl|iulie|iul|heinäkuu|heinäkuuta|heinä|юли|јул|srpanj|srpnja|ιούλιος|ιουλίου|ιουλ|יולי|ژوئیه|ژوئيه|ліпень|ліпеня|juliol|djuli",
    "august|aug|août|aout|agosto|ago|ag|augustus|август|августа|авг|серпень|серпня|серп|сер|sierpień|sierpnia|sie|ağustos|ağu|أغسطس|اغسطس|آب|أوت|srpen|srpna|srp|augusta|augusztus|auguszt|elokuu|elokuuta|elo|kolovoz|kolovoza|kol|αύγουστος|αυγούστου|αυγ|אוגוסט|اوت|жнівень|жніўня|agost|augusti|agustus",
    "september|sept|sep|septembre|septiembre|settembre|sett|set|setembro|сентябрь|сентября|сен|сент|вересень|вересня|верес|вер|wrzesień|września|wrz|eylül|eyl|سبتمبر|أيلول|september|září|zář|szeptember|szept|septembrie|syyskuu|syyskuuta|syys|септември|септембар|septembar|rujan|rujna|ruj|σεπτέμβριος|σεπτεμβρίου|σεπ|ספטמבר|سپتامبر|верасень|верасня|setembre",
    "october|oct|octobre|oktober|okt|octubre|ottobre|ott|outubro|out|октябрь|октября|окт|жовтень|жовтня|жовт|жов|październik|października|paź|ekim|eki|أكتوبر|اكتوبر|تشرين الأول|تشرین الأول|تشرين 1|říjen|října|říj|október|októbra|októ|octombrie|lokakuu|lokakuuta|loka|октомври|октобар|oktobar|οκτώβριος|οκτωβρίου|οκτ|אוקטובר|اکتبر|اكتبر|кастрычнік|кастрычніка|d'octubre",
    "november|nov|novembre|noviembre|novembro|ноябрь|ноября|ноя|нояб|листопад|листопада|лист|лис|listopad|listopada|lis|kasım|kas|نوفمبر|تشرين الثاني|تشرين 2|november|novembra|noiembrie|noi|marraskuu|marraskuuta|marras|ноември|новембар|novembar|studeni|studenog|studenoga|stu|νοέμβριος|νοεμβρίου|νοε|נובמבר|نوامبر|лістапад|лістапада|nop|nopember",
    "december|dec|décembre|déc|dezember|dez|diciembre|dic|dicembre|dezembro|декабрь|декабря|дек|грудень|грудня|груд|гру|grudzień|grudnia|gru|aralık|ara|ديسمبر|كانون الأول|كانون 1|prosinec|prosince|pro|decembra|decembrie|joulukuu|joulukuuta|joulu|декември|децембар|decembar|prosinac|prosinca|δεκέμβριος|δεκεμβρίου|δεκ|דצמבר|دسامبر|снежань|снежня|desember|des|desembre",
];

/// Days from today.
pub(super) const DAY_WORDS: &[(i64, &str)] = &[
    (-3, "позапозавчера|大前天"),
    (
        -2,
        "day before yesterday|avant-hier|avant hier|vorgestern|anteayer|antes de ayer|altro ieri|l'altro ieri|avantieri|anteontem|eergisteren|позавчера|позавчора|przedwczoraj|evvelsi gün|önceki gün|أول أمس|اول امس|قبل أمس|předevčírem|predvčerom|tegnapelőtt|alaltăieri|i förrgår|förrgår|i forgårs|forgårs|toissapäivänä|завчера|онзи ден|prekjuče|prekjučer|прекјуче|προχθές|שלשום|前天|一昨日|おととい|그저께|그제|despús-ahir|kemarin dulu|hôm kia",
    ),
    (
        -1,
        "yesterday|hier|gestern|ayer|ieri|ontem|gisteren|вчера|вчора|учора|wczoraj|dün|أمس|امس|البارحة|اليوم السابق|الأمس|včera|tegnap|ieri|igår|i går|eilen|јуче|juče|jučer|χθες|εχθές|אתמול|دیروز|昨天|昨日|어제|ahir|учора|kemarin|hôm qua|कल",
    ),
    (
        0,
        "today|aujourd'hui|heute|hoy|oggi|hoje|vandaag|сегодня|сьогодні|dzisiaj|dziś|bugün|اليوم|dnes|idag|i dag|tänään|днес|данас|danas|σήμερα|היום|امروز|今天|今日|오늘|azi|astăzi|avui|сёння|hari ini|hôm nay|आज",
    ),
];
/// Today where it is the whole text: words of other languages, too.
pub(super) const RISKY_TODAY: &str = "ma|ma reggel";
/// The moment of fetching; kept as a day, since "just now" is not exact.
pub(super) const NOW: &str = "just now|right now|a moment ago|moments ago|now|maintenant|à l'instant|gerade eben|soeben|jetzt|eben|ahora|ahora mismo|adesso|proprio ora|agora|agora mesmo|zojuist|nu|сейчас|только что|щойно|зараз|przed chwilą|teraz|şimdi|az önce|الآن|الان|منذ لحظات|právě teď|teď|nyní|most|épp most|acum|chiar acum|nyss|just nu|nå|juuri nyt|刚刚|たった今|방금";

pub(super) const UNITS: &[(&str, &str)] = &[
    (
        "second",
        "second|seconds|sec|secs|s|seconde|secondes|sekunde|sekunden|sek|segundo|segundos|seg|segs|secondi|secondo|seconden|секунд|секунда|секунду|секунды|сек|с|секунди|sekund|sekundę|sekundy|sekunda|saniye|sn|ثانية|ثواني|ثوان|sekundami|sekundou|másodperc|másodperccel|mp|secunde|secundă|sekunder|sekuntia|sekunti|секунде|δευτερόλεπτα|δευτερόλεπτο|שניות|שנייה|sekundi|ثانیه",
    ),
    (
        "minute",
        "minute|minutes|min|mins|m|mn|minuten|minuto|minutos|minuti|minut|минут|минута|минуту|минуты|мин|хвилин|хвилина|хвилину|хвилини|хв|minutę|minuty|dakika|dk|dak|دقيقة|دقائق|دقيقه|minutami|minutou|perc|perccel|percek|minuta|minuter|minutt|minutter|minuutti|minuuttia|минути|минуте|λεπτά|λεπτό|דקות|דקה|minut|minútami|minúty|menit|phút|хвілін|دقیقه|minutos|minuts",
    ),
    (
        "hour",
        "hour|hours|hr|hrs|h|heure|heures|stunde|stunden|std|hora|horas|ore|ora|uur|uren|u|час|часа|часов|часу|ч|годин|годину|години|год|godzin|godzina|godzinę|godziny|godz|saat|sa|ساعة|ساعات|ساعه|hodinami|hodinou|hodiny|hodin|hod|órával|óra|órája|oră|ore|timmar|timme|tim|time|timer|tunti|tuntia|tuntien|часа|сат|сати|sata|sati|ώρες|ώρα|שעות|שעה|ساعت|jam|giờ|гадзін|hores|hodinami",
    ),
    (
        "day",
        "day|days|d|jour|jours|j|tag|tage|tagen|dia|dias|giorno|giorni|gg|dag|dagen|dgn|день|дня|дней|дн|сутки|суток|дні|днів|доба|доби|діб|dzień|dni|dniem|dniami|gün|يوم|أيام|ايام|يوما|dny|dnem|den|dní|dňami|dňom|deň|nap|nappal|napja|zile|zi|ziua|dagar|dager|dage|päivä|päivää|ден|дни|дана|dana|dan|ημέρες|μέρες|ημέρα|μέρα|ימים|יום|روز|hari|ngày|dies|dzień",
    ),
    (
        "week",
        "week|weeks|wk|wks|w|semaine|semaines|sem|woche|wochen|semana|semanas|settimana|settimane|weken|неделя|неделю|недели|недель|неделе|нед|тиждень|тижні|тижнів|тижня|тиж|tydzień|tygodnie|tygodni|tygodniem|tygodniu|tyg|hafta|أسبوع|أسابيع|الأسبوع|اسبوع|اسابيع|týden|týdny|týdnem|týždňami|týždeň|týždňom|hét|héttel|săptămâni|săptămână|vecka|veckor|uke|uker|uge|uger|viikko|viikkoa|седмица|седмици|недеља|недеље|nedelja|nedelje|tjedan|tjedna|tjednu|tjedana|veckan|εβδομάδες|εβδομάδα|שבועות|שבוע|هفته|minggu|tuần|setmana|setmanes",
    ),
    (
        "month",
        "month|months|mo|mos|mois|monat|monate|monaten|mes|meses|mesi|mese|mês|maand|maanden|mnd|месяц|месяца|месяцев|месяце|мес|місяць|місяці|місяців|місяця|міс|miesiąc|miesiące|miesięcy|miesiącem|miesiącu|mies|ay|شهر|أشهر|الشهر|اشهر|شهور|měsíc|měsíce|měsíci|měsícem|mesiacmi|mesiacom|hónap|hónappal|luni|lună|månad|månader|måned|måneder|kuukausi|kuukautta|kk|месец|месеца|mjesec|mjeseca|mjesecu|mjeseci|månaden|meseci|μήνες|μήνα|חודשים|חודש|ماه|bulan|tháng trước|mesos",
    ),
    (
        "year",
        "year|years|yr|yrs|y|an|ans|année|années|jahr|jahre|jahren|año|años|ano|anos|anni|anno|jaar|jaren|год|года|году|лет|г|рік|роки|років|року|rok|lata|lat|rokiem|yıl|sene|سنة|سنوات|السنة|العام|عام|أعوام|اعوام|سنين|سنه|roky|lety|rokmi|rokem|roce|letech|godinu|godini|godina|året|év|évvel|éve|ani|år|vuosi|vuotta|години|година|године|godine|godina|χρόνια|έτη|χρόνο|שנים|שנה|سال|tahun|năm trước|anys",
    ),
];

/// Numbers, and spans that are one word.
pub(super) const NUMBERS: &[(i64, &str)] = &[
    (
        1,
        "a|an|one|un|une|ein|eine|einem|einer|einen|una|uno|um|uma|een|один|одну|одна|одне|jeden|jedną|jedna|jedno|bir|واحد|واحدة|jeden|jednu|jedním|egy|o|unu|en|ett|et|yksi|yhden|един|една|један|jedan|ένα|μία|μια|μιας",
    ),
    (
        2,
        "two|deux|zwei|dos|due|dois|duas|twee|два|две|двое|дві|двох|dwa|dwie|dwóch|iki|اثنين|اثنان|dva|dvě|dvěma|két|kettő|două|doi|två|to|kaksi|две|δύο",
    ),
    (3, "three|trois|drei|tres|tre|três|drie|три|трое|трьох|trzy|trzech|üç|ثلاثة|ثلاث|tři|třemi|három|trei|kolme|τρεις|τρία|tri"),
    (
        4,
        "four|quatre|vier|cuatro|quattro|quatro|четыре|чотири|cztery|dört|أربعة|أربع|čtyři|čtyřmi|négy|patru|fyra|fire|neljä|четири|četiri",
    ),
    (5, "five|cinq|fünf|fuenf|cinco|cinque|vijf|пять|п'ять|пʼять|pięć|beş|خمسة|خمس|pět|pěti|öt|cinci|fem|viisi|пет|pet"),
    (6, "six|sechs|seis|sei|zes|шесть|шість|sześć|altı|ستة|ست|šest|šesti|hat|șase|sex|seks|kuusi|шест"),
    (7, "seven|sept|sieben|siete|sette|sete|zeven|семь|сім|siedem|yedi|سبعة|سبع|sedm|sedmi|șapte|sju|syv|seitsemän|седам"),
    (8, "eight|huit|acht|ocho|otto|oito|восемь|вісім|osiem|sekiz|ثمانية|ثمان|osm|osmi|nyolc|opt|åtta|åtte|otte|kahdeksan|осем|осам"),
    (9, "nine|neuf|neun|nueve|nove|negen|девять|дев'ять|dziewięć|dokuz|تسعة|تسع|devět|devíti|kilenc|nouă|nio|ni|yhdeksän|девет"),
    (10, "ten|dix|zehn|diez|dieci|dez|tien|десять|dziesięć|on|عشرة|عشر|deset|deseti|tíz|zece|tio|ti|kymmenen|десет"),
    (12, "twelve|douze|zwölf|doce|dodici|doze|twaalf|двенадцать|дванадцять|dwanaście"),
    (15, "fifteen|quinze|fünfzehn|quince|quindici|vijftien|пятнадцать|п'ятнадцять|piętnaście"),
    (20, "twenty|vingt|zwanzig|veinte|venti|vinte|twintig|двадцать|двадцять|dwadzieścia|yirmi"),
    (30, "thirty|trente|dreißig|treinta|trenta|trinta|dertig|тридцать|тридцять|trzydzieści|otuz"),
    (40, "forty|quarante|vierzig|cuarenta|quaranta|quarenta|veertig|сорок|czterdzieści|kırk"),
];
/// Spans in one word or phrase: how many of which unit.
pub(super) const SPANS: &[(i64, &str, &str)] = &[
    (
        30,
        "minute",
        "half an hour|a half hour|half hour|une demi-heure|demi-heure|une demi heure|einer halben stunde|halbe stunde|halben stunde|media hora|mezz'ora|mezzora|meia hora|half uur|een half uur|полчаса|півгодини|пів години|pół godziny|yarım saat|نصف ساعة|půl hodiny|půlhodinou|fél órája|fél órával|o jumătate de oră|en halvtimme|半小时|半小時",
    ),
    (
        6,
        "month",
        "half a year|полгода|півроку|pół roku|einem halben jahr|halben jahr|half jaar|mezzo anno|medio año|meio ano|yarım yıl|نصف سنة|půl roku",
    ),
    (18, "month", "полтора года|півтора року|półtora roku|anderthalb jahren"),
    (
        15,
        "minute",
        "a quarter of an hour|quarter of an hour|un quart d'heure|einer viertelstunde|viertelstunde|un cuarto de hora|un quarto d'ora|kwartier|een kwartier|четверть часа",
    ),
    (2, "second", "ثانيتين"),
    (2, "minute", "دقيقتين"),
    (2, "hour", "ساعتين|שעתיים"),
    (2, "day", "يومين|יומיים|dvema dny"),
    (2, "week", "أسبوعين|اسبوعين|שבועיים|fortnight|a fortnight|quinze jours|quinzaine"),
    (2, "month", "شهرين|חודשיים"),
    (2, "year", "سنتين|عامين|שנתיים"),
    (10, "year", "десетилетие|decade|a decade"),
];

/// Behind a span: it lies back.
pub(super) const AGO_BEHIND: &str = "ago|back|earlier|fa|atrás|atras|geleden|назад|тому|тому назад|temu|önce|evvel|مضت|ezelőtt|în urmă|sedan|siden|sitten|zpět|nazpět|spät|πριν|yang lalu|lalu|trước|para atrás|enrere|vorher|таму|പ";
/// Before a span.
pub(super) const AGO_BEFORE: &str = "il y a|y a|vor|hace|há|ha|ça fait|fa|منذ|قبل|من|před|pred|pře|acum|преди|пре|prije|pre|πριν|πριν από|przed|לפני|پیش|da|depuis|seit|desde hace|за последние|for";
/// Between "ago" and the span, or between its parts.
pub(super) const FILLERS: &str = "and|und|et|e|y|i|и|і|та|ve|og|och|o|d'|de|environ|about|around|circa|ca|etwa|ungefähr|casi|cerca de|almost|over|more than|less than|moins de|moins d'une|weniger als|menos de|meno di|mais de|più di|plus de|mehr als|około|приблизно|около|примерно|почти|yaklaşık|حوالي|only|just|cirka|asi|kb";
/// "last month".
pub(super) const LAST: &str = "last|past|letzte|letzten|letzter|letztes|vorige|vorigen|voriger|voriges|vergangene|vergangenen|pasado|pasada|el pasado|la pasada|último|última|ultimo|ultima|scorso|scorsa|passado|passada|dernier|dernière|прошлый|прошлая|прошлой|прошлую|прошлом|прошлого|минулий|минулого|минулої|минулому|торік|ostatni|ostatnia|zeszły|zeszła|zeszłego|zeszłym|ubiegły|ubiegłego|w zeszłym|w ubiegłym|geçen|geçtiğimiz|الماضي|الماضية|minulý|minulé|minulého|múlt|trecut|trecută|förra|forrige|sidste|viime|миналата|миналия|прошле|prošle|prošla|prošloj|prošlom|prošli|prošlog|vorig|afgelopen|上|上个|先|passat|passada";

/// Weekdays, Monday first.
pub(super) const WEEKDAYS: [&str; 7] = [
    "monday|mon|lundi|lun|montag|mo|lunes|lunedì|lunedi|segunda-feira|segunda|maandag|понедельник|понедельника|пн|понеділок|понед|poniedziałek|pon|pazartesi|الاثنين|الإثنين|pondělí|hétfő|måndag|mandag|maanantai",
    "tuesday|tue|tues|mardi|dienstag|di|martes|martedì|martedi|terça-feira|terça|dinsdag|вторник|вторника|вт|вівторок|wtorek|salı|الثلاثاء|úterý|kedd|marți|tisdag|tirsdag|tiistai",
    "wednesday|wed|mercredi|mittwoch|mi|miércoles|mercoledì|mercoledi|quarta-feira|quarta|woensdag|среда|среду|ср|середа|середу|środa|środę|çarşamba|الأربعاء|الاربعاء|středa|středu|szerda|miercuri|onsdag|keskiviikko",
    "thursday|thu|thur|thurs|jeudi|donnerstag|jueves|giovedì|giovedi|quinta-feira|quinta|donderdag|четверг|четверга|чт|четвер|czwartek|perşembe|الخميس|čtvrtek|csütörtök|joi|torsdag|torstai",
    "friday|fri|vendredi|freitag|viernes|venerdì|venerdi|sexta-feira|sexta|vrijdag|пятница|пятницу|пт|п'ятниця|п'ятницю|piątek|cuma|الجمعة|الجمعه|pátek|péntek|vineri|fredag|perjantai",
    "saturday|sat|samedi|samstag|sonnabend|sábado|sabato|zaterdag|суббота|субботу|сб|субота|суботу|sobota|sobotę|cumartesi|السبت|sobotu|szombat|sâmbătă|lördag|lørdag|lauantai",
    "sunday|sun|dimanche|sonntag|domingo|domenica|zondag|воскресенье|воскресение|вс|неділя|неділю|niedziela|niedzielę|pazar|الأحد|الاحد|neděle|neděli|vasárnap|duminică|söndag|søndag|sunnuntai",
];

/// Around the numbers of a date.
pub(super) const AROUND: &str = "st|nd|rd|th|er|ère|re|ro|º|ª|de|del|of|di|d|do|da|го|е|ое|г|года|году|р|року|рік|year|roku|r|sene|yılı|سنة|عام|ngày|năm|l|le|el|ième|e|a|ste|den|dne|dnia|the|il|o|an|i|te|ן|ב|ל|م";
