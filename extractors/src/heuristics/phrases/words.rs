//! The phrases themselves, in the languages that we read: lower case, parted by `|`, a `*` where a word may go on.

/// The first code that is found counts, so that what denies stands before what affirms.
#[rustfmt::skip]
pub(super) const AVAILABILITY: &[(&str, &str)] = &[
    // Phrases that say nothing of the goods.
    ("", "sold by|sold and shipped by|sold separately|sold as|sold in|sold with|items sold|total sold|units sold|verkauft von|verkauft durch|verkauft und versendet|verkauft wird|vendu par|vendu avec|vendido por|vendido y enviado|venduto da|venduto e spedito|vendido e entregue|verkocht door|sprzedawane przez|sprzedaje|продавец|available payment*|available in|available for|available from|available at|available options|available sizes|available colours|available colors|available shipping|all rights reserved|tous droits réservés|alle rechte vorbehalten|availability alert|notify me when available|notify me when in stock|email me when available|benachrichtigen*"),
    ("out_of_stock", concat!(
        "out of stock|out-of-stock|outofstock|sold out|soldout|not in stock|no stock|no longer in stock|currently unavailable|temporarily unavailable|not available|not currently available|no longer available|unavailable|backorder*|back order*|back-order*|on back order|none left|none available|0 left|0 available|0 in stock|out of order|",
        "ausverkauft|nicht auf lager|nicht verfügbar|nicht vorrätig|nicht lieferbar|derzeit nicht*|momentan nicht*|zurzeit nicht*|aktuell nicht*|leider nicht*|nicht mehr verfügbar|nicht mehr lieferbar|nicht mehr erhältlich|vergriffen|kein bestand|kein lagerbestand|",
        "rupture de stock|en rupture|rupture|hors stock|indisponible*|non disponible*|plus disponible*|pas disponible*|épuisé|épuisée|épuisés|plus en stock|pas en stock|",
        "agotado|agotada|agotados|sin existencias|sin stock|no disponible*|fuera de stock|no hay stock|no hay existencias|",
        "esaurito|esaurita|esauriti|non disponibile|non disponibili|terminato|non in magazzino|",
        "esgotado|esgotada|indisponível|sem estoque|sem stock|fora de estoque|não disponível|",
        "niet op voorraad|uitverkocht|niet beschikbaar|niet leverbaar|niet meer leverbaar|tijdelijk uitverkocht|",
        "нет в наличии|не в наличии|нет на складе|отсутствует|отсутствуют|недоступен|недоступно|недоступна|закончился|закончилось|закончились|распродано|распродан|под заказ|нет товара|товара нет|временно нет|",
        "немає в наявності|нема в наявності|відсутній|відсутня|відсутнє|не в наявності|немає на складі|закінчився|розпродано|недоступний|недоступно|під замовлення|",
        "brak w magazynie|brak towaru|niedostępny|niedostępna|niedostępne|wyprzedane|wyprzedany|wyprzedano|brak na stanie|produkt niedostępny|nie ma w magazynie|chwilowy brak|",
        "stokta yok|stokta bulunmuyor|stoklarda yok|tükendi|tükenmiştir|mevcut değil|stok yok|stok tükendi|geçici olarak temin edilemiyor|temin edilemiyor|",
        "غير متوفر|غير متوفرة|نفدت الكمية|نفذت الكمية|نفد المخزون|نفذ من المخزون|غير متاح|غير متاحة|",
        "vyprodáno|není skladem|nedostupné|nie je na sklade|vypredané|nincs raktáron|elfogyott|nem elérhető|stoc epuizat|indisponibil|nu este în stoc|slut i lager|ej i lager|slutsåld|udsolgt|ikke på lager|utsolgt|loppu|loppuunmyyty|rasprodato|nema na stanju|няма в наличност|изчерпан*|εξαντλήθηκε|μη διαθέσιμο|缺货|售罄|在庫切れ|売り切れ|품절|אזל"
    )),
    ("sold", "sold|verkauft|vendu|vendue|vendus|vendido|vendida|venduto|venduta|sprzedane|sprzedany|sprzedana|verkocht|продано|продан|продана|satıldı|satılmıştır|مباع|تم البيع|prodáno|predané|eladva|vândut|såld|solgt|myyty|售出"),
    ("reserved", "reserved|sale pending|pending sale|on hold|spf|reserviert|réservé|réservée|reservado|reservada|riservato|prenotato|zarezerwowane|zarezerwowany|gereserveerd|забронировано|забронирован|зарезервировано|в резерве|бронь|заброньовано|rezerve|rezerve edildi|محجوز|rezervováno|lefoglalva|rezervat|reserverad|reserveret|reservert|varattu"),
    ("expired", "expired|listing ended|ad expired|abgelaufen|beendet|expiré|expirée|caducado|caducada|scaduto|scaduta|expirado|expirada|wygasło|wygasła|zakończone|ogłoszenie zakończone|verlopen|истек|истекло|срок истек|объявление снято|снято с публикации|в архиве|термін закінчився|süresi doldu|ilan süresi|منتهي|انتهت الصلاحية|vypršelo|lejárt|expirat"),
    ("in_stock", concat!(
        "in stock|in-stock|instock|available|available now|in store|ready to ship|ships today|ships immediately|unlimited|left in stock|only a few left|low stock|limited stock|last one|last items|",
        "auf lager|an lager|verfügbar|lieferbar|vorrätig|sofort lieferbar|sofort verfügbar|erhältlich|am lager|lagernd|ab lager|versandfertig|",
        "en stock|disponible|disponibles|en réserve|expédié sous|derniers articles|",
        "en existencia|hay existencias|últimas unidades|",
        "disponibile|disponibili|in magazzino|disponibilità immediata|pronta consegna|ultimi pezzi|",
        "disponível|disponíveis|em estoque|em stock|pronta entrega|à pronta entrega|",
        "op voorraad|beschikbaar|leverbaar|direct leverbaar|uit voorraad leverbaar|",
        "в наличии|есть в наличии|есть на складе|на складе|доступно|доступен|доступна|имеется|в продаже|",
        "в наявності|є в наявності|на складі|є на складі|доступний|",
        "dostępny|dostępna|dostępne|w magazynie|na stanie|na magazynie|od ręki|dostępny od ręki|",
        "stokta|stokta var|stoklarda|mevcut|mevcuttur|hemen teslim|stoktan teslim|",
        "متوفر|متوفرة|متاح|متاحة|متوفر الآن|موجود|في المخزون|",
        "skladem|na skladě|dostupné|na sklade|raktáron|készleten|elérhető|în stoc|disponibil|in stoc|i lager|på lager|varastossa|heti saatavilla|na stanju|в наличност|διαθέσιμο|σε απόθεμα|有货|现货|在庫あり|재고 있음|במלאי|∞"
    )),
];

#[rustfmt::skip]
pub(super) const ESCROW: &[(&str, &str)] = &[
    ("", "escrow fee*|what is escrow"),
    ("multisig", "multisig|multi-sig|multi sig|multisignature|2/3|2 of 3|2-of-3|мультисиг|мультиподпись"),
    ("finalize_early", "finalize early|finalise early|finalized early|early finalization|fe only|fe listing|fe allowed|fe required|only fe|fe 100%|libération anticipée|vorzeitige freigabe|досрочное завершение"),
    ("direct", "no escrow|without escrow|non escrow|escrow: no|direct pay*|direct deal*|pay direct*|keine treuhand|ohne treuhand|sans séquestre|sin custodia|sin depósito|senza escrow|sem escrow|без эскроу|без гаранта|без гарантии|без ескроу|bez escrow|escrow yok|بدون ضمان|instant pay|direct to vendor|pagamento diretto|paiement direct|pago directo|direktzahlung|direkte zahlung|zahlung direkt|direkt an den*|прямая сделка|прямой перевод|оплата напрямую|напрямую продавцу|пряма оплата|płatność bezpośrednia|bezpośrednio do*|doğrudan ödeme|rechtstreekse betaling|directe betaling|الدفع المباشر|senza garanzia|nessuna garanzia|emanetsiz|sin garantía|sem garantia|bez depozytu|zonder escrow"),
    ("escrow", "escrow|escrows|treuhand|treuhänder|treuhandservice|treuhandzahlung|séquestre|tiers de confiance|depósito en garantía|custodia|garanzia|deposito a garanzia|caução|conta garantia|garantieregeling|derdengeldrekening|эскроу|гарант|через гаранта|безопасная сделка|ескроу|гаранта|безпечна угода|depozyt|powiernik*|emanet*|havuz|güvenli ödeme|حساب ضمان|ضمان|úschova|letét"),
];

/// What stands in place of an amount.
#[rustfmt::skip]
pub(super) const PRICE_STATE: &[(&str, &str)] = &[
    ("", "free shipping|free delivery|shipping free|free postage|free returns|versandkostenfrei|kostenloser versand|gratis versand|gratisversand|livraison gratuite|livraison offerte|envío gratis|spedizione gratuita|frete grátis|gratis verzending|бесплатная доставка|безкоштовна доставка|darmowa dostawa|ücretsiz kargo|شحن مجاني|toll free|call toll free|free sample*|duty free"),
    ("hidden", concat!(
        "price in cart|see cart|see price in cart|add to cart|added to cart|log in to|login to|log in for|login for|login|log in|sign in to|sign in for|register to see|members only|",
        "nach anmeldung|nach login|bitte anmelden|preis nur für|nur für registrierte|anmelden um|einloggen|connectez-vous*|connectez vous*|identifiez-vous*|inicia sesión*|inicie sesión*|iniciar sesión|accedi per*|effettua il login|faça login|entre para ver|",
        "log in om|inloggen|войдите*|авторизуйтесь*|увійдіть*|zaloguj*|giriş yap*|سجل الدخول|تسجيل الدخول|přihlaste se*|logga in"
    )),
    ("on_request", concat!(
        "on request|upon request|by request|price request|request price|request a quote|request quote|get a quote|poa|p.o.a|p.o.a.|price on application|on application|call for price|call for pricing|call for|call us|please call|call|contact|contact us|contact for price|contact seller|email for price|e-mail for price|text for price|pm|pm me|pm for price|dm|dm for price|ask|ask for price|ask seller|inquire|enquire|make an offer|make offer|make me an offer|best offer|or best offer|offers|tbd|tba|negotiable|obo|",
        "auf anfrage|anfrage|preis auf anfrage|preis anfragen|vb|vhb|vs|verhandlungsbasis|verhandelbar|verhandlungssache|preisvorschlag|nach absprache|nach vereinbarung|bitte anfragen|gegen gebot|angebot|gebot|",
        "sur demande|à la demande|prix sur demande|nous consulter|nous contacter|sur devis|devis|à débattre|a débattre|prix à débattre|négociable|faire offre|faire une offre|à discuter|",
        "a consultar|consultar|consultar precio|consulte precio|a convenir|precio a convenir|negociable|bajo pedido|bajo consulta|pedir precio|hacer oferta|",
        "su richiesta|a richiesta|prezzo su richiesta|prezzo da concordare|da concordare|trattabile|trattabili|contattateci|contattaci|contattare|richiedi preventivo|preventivo|",
        "sob consulta|sob pedido|a combinar|consulte|preço a combinar|negociável|consulta|",
        "op aanvraag|prijs op aanvraag|n.o.t.k.|n.o.t.k|notk|nader overeen te komen|bieden|bod|t.e.a.b.|bel voor prijs|",
        "по запросу|цена по запросу|запрос цены|запросить цену|уточняйте*|уточнить|договорная|договорной|по договоренности|по договорённости|договор|торг|звоните|пишите в лс|в лс|цена в лс|предлагайте|",
        "за запитом|ціна за запитом|договірна|договірний|за домовленістю|домовленість|уточнюйте*|торг доречний|дзвоніть|телефонуйте|",
        "na zapytanie|cena na zapytanie|zapytaj o cenę|do uzgodnienia|do negocjacji|do ustalenia|cena do uzgodnienia|zadzwoń|",
        "fiyat sorunuz|fiyat sor|fiyat alınız|fiyat için*|arayınız|pazarlık|pazarlığa açık|pazarlıklı|teklif isteyin|teklif ver|sorunuz|",
        "عند الطلب|السعر عند الطلب|اتصل|اتصل بنا|اتصل لمعرفة السعر|قابل للتفاوض|على السوم|السوم|تفاوض|حسب الطلب|",
        "na dotaz|cena na dotaz|dohodou|cena dohodou|na vyžádání|dohoda|érdeklődjön|megegyezés szerint|ár megegyezés*|kérjen ajánlatot|la cerere|preț la cerere|negociabil|efter aftale|på forespørsel|på begäran|enligt överenskommelse|gi bud|pyydä tarjous|tarjouksen mukaan|κατόπιν αιτήματος|συζητήσιμη|面议|价格面议|応相談"
    )),
    ("free", concat!(
        "free|for free|freebie|giveaway|free of charge|kostenlos|kostenfrei|gratis|umsonst|zu verschenken|zu verschenken!|verschenke|geschenkt|gratuit|gratuite|gratuits|gratuitement|à donner|gratuito|gratuita|gratuitamente|se regala|regalo|regalado|in regalo|omaggio|",
        "de graça|grátis|de borla|para doar|te geef|gratis af te halen|weggeven|бесплатно|бесплатный|даром|отдам даром|отдам бесплатно|в дар|в подарок|безкоштовно|безкоштовний|віддам безкоштовно|віддам даром|",
        "za darmo|bezpłatnie|bezpłatny|darmowy|darmowe|oddam za darmo|ücretsiz|bedava|parasız|مجاني|مجانا|مجاناً|مجانية|بدون مقابل|zdarma|zadarmo|ingyen|ingyenes|kostenloos|ilmainen|ilmaiseksi|gratis!|bortskänkes|bortgives|безплатно|δωρεάν|免费|無料|무료|חינם"
    )),
];

#[rustfmt::skip]
pub(super) const PAYMENTS: &[(&str, &str)] = &[
    ("BTC", "btc|bitcoin|bitcoins|биткоин*|биткойн*|біткоїн*|بيتكوين|₿|xbt"),
    ("XMR", "xmr|monero|монеро|مونيرو"),
    ("LTC", "ltc|litecoin|litecoins|лайткоин*"),
    ("ETH", "eth|ethereum|эфириум|ефіріум"),
    ("BCH", "bch|bitcoin cash"),
    ("DASH", "dash"),
    ("ZEC", "zec|zcash"),
    ("DOGE", "doge|dogecoin"),
    ("USDT", "usdt|tether|usdt-trc20|usdt trc20|trc20"),
    ("USDC", "usdc"),
    ("TRX", "trx|tron"),
    ("XRP", "xrp|ripple"),
    ("SOL", "solana"),
    ("BNB", "bnb"),
    ("TON", "toncoin"),
    ("ADA", "cardano"),
    ("cash_on_delivery", "cash on delivery|c.o.d.|nachnahme|contre remboursement|contra reembolso|contrassegno|à cobrança|onder rembours|наложенный платеж|наложенным платежом|наложка|наложкой|накладений платіж|післяплата|za pobraniem|pobranie|kapıda ödeme|الدفع عند الاستلام|dobírka|dobírkou|utánvét|ramburs|postförskott|efterkrav|postiennakko"),
    ("gift_card", "gift card|gift cards|giftcard|giftcards|amazon card|paysafe|paysafecard|geschenkkarte*|carte cadeau|tarjeta regalo|carta regalo|подарочная карта|karta podarunkowa|hediye kartı|neosurf"),
    ("cash", "cash|bar|bargeld|barzahlung|in bar|espèces|liquide|en liquide|efectivo|en efectivo|metálico|contanti|in contanti|dinheiro|em dinheiro|numerário|gotówka|gotówką|contant|contante betaling|наличные|наличными|наличка|нал|готівка|готівкою|nakit|elden|نقدا|نقداً|نقد|كاش|hotovost|hotově|v hotovosti|készpénz|numerar|kontant|kontanter|käteinen|gotovina|в брой|μετρητά"),
    ("card", "card|cards|credit card|debit card|visa|mastercard|amex|american express|kreditkarte|kreditkarten|ec-karte|debitkarte|carte|cartes|carte bancaire|carte bleue|carte de crédit|cb|tarjeta|tarjetas|tarjeta de crédito|carta|carta di credito|carte di credito|cartão|cartões|cartão de crédito|karta|kartą|karty|karta płatnicza|creditcard|pinpas|банковская карта|карта|карты|картой|на карту|перевод на карту|сбербанк|картка|карткою|на картку|приват24|приватбанк|монобанк|kart|kredi kartı|banka kartı|بطاقة|بطاقة ائتمان|بطاقة ائتمانية|فيزا|ماستركارد|مدى|kartou|bankkártya|card bancar|kort|kortti"),
    ("bank", "bank|bank transfer|wire|wire transfer|überweisung|banküberweisung|vorkasse|vorauskasse|sofortüberweisung|virement|virement bancaire|transferencia|transferencia bancaria|bonifico|bonifico bancario|transferência|transferência bancária|pix|przelew|przelewem|przelew bankowy|overschrijving|bankoverschrijving|ideal|sepa|ach|zelle|cash app|cashapp|venmo|interac|e-transfer|iban|банковский перевод|перевод|переводом|безнал|безналичный|банківський переказ|переказ|havale|eft|banka havalesi|تحويل بنكي|تحويل|bankovní převod|převodem|banki átutalás|átutalás|transfer bancar|banköverföring|swish|vipps|mobilepay|tilisiirto"),
    ("paypal", "paypal|pay pal|пейпал|باي بال"),
    ("money_order", "money order|money orders|postal order|usps mo|western union|moneygram|mandat|mandat cash|giro postal|vaglia|vaglia postale|денежный перевод|почтовый перевод|золотая корона|вестерн юнион|postanweisung|przekaz pocztowy|ويسترن يونيون|حوالة"),
    ("check", "check|checks|cheque|cheques|cashier's check|personal check|scheck|chèque|chèques|assegno|talón"),
    ("qiwi", "qiwi|киви|yoomoney|яндекс деньги|юmoney|webmoney|вебмани|perfect money|perfectmoney"),
];

pub(super) const YES: &str = "yes|ja|oui|sí|si|sim|да|так|tak|evet|var|نعم|yes!|true|ano|áno|igen|kyllä|есть|є|有|はい|✓|✔|✅|on";
pub(super) const NO: &str = "no|nein|non|não|nee|нет|ні|немає|nie|hayır|yok|لا|none|false|ne|nem|nej|nei|ei|brak|无|いいえ|✗|✘|❌|off";
/// A gift, where it is the whole text.
pub(super) const GIVEN: &str = "don|dono|doação|donación|don gratuit|geschenk|darmo|дар|подарок";
