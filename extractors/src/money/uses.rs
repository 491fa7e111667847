//! Words beside an amount that say what it is for: the one table, for amounts within texts and for prices on a page.
//!
//! Within a text a word must stand right beside the amount, as texts speak of much. On a page the line of a price, and the label before
//! it, hold little else: there [`SAVING`] and [`SENDING`] count wherever they stand, a blank at an end being a boundary of a word.

/// What is saved, anywhere on the line of a price.
#[rustfmt::skip]
pub(crate) const SAVING: &[&str] = &[
    "you save", "save ", "saving", "discount of", "sie sparen", "ersparnis", "sparen", "gespart", "rabatt", "vous économisez",
    "économi", "remise", "réduction", "soit -", "ahorra", "descuento de", "ahorro", "risparm", "sconto di", "economize",
    "economia", "você economiza", "desconto de", "je bespaart", "bespaar", "u bespaart", "korting van", "экономия", "скидка",
    "выгода", "економія", "знижка", "oszczęd", "rabat ", "zniżka", "tasarruf", "kazancınız", "indirim tutarı", "توفير", "وفر",
    "off)",
];
/// Sending, and what must be spent for it to be free, anywhere on the line of a price.
#[rustfmt::skip]
pub(crate) const SENDING: &[&str] = &[
    "shipping", "postage", "delivery", "free over", "orders over", "order over", "versand", "lieferung", "porto", "livraison",
    "frais de port", "offerts dès", "offerte dès", "envío", "envios", "gastos de", "spedizion", "frete", "envio", "verzend",
    "bezorg", "доставк", "dostaw", "wysyłk", "przesyłk", "kargo", "شحن", "توصيل", "minimum order", "mindestbestell",
    "minimum de commande", "pedido mínimo", "ordine minimo", "minimale bestel", "минимальн", "ab einem bestellwert", "warenwert",
    "free gift",
];
/// Sending, as a word right before or behind an amount.
#[rustfmt::skip]
pub(super) const SHIPPING: &[&str] = &[
    "shipping & handling", "shipping and handling", "shipping", "s/h", "s&h", "s & h", "p&p", "p & p", "postage", "delivery", "freight",
    "versandkosten", "versand", "porto", "lieferung", "frais de port", "frais d'envoi", "frais de livraison", "fdp", "port", "livraison",
    "gastos de envío", "envío", "envio", "portes", "frete", "spese di spedizione", "spedizione", "ss", "verzendkosten", "verzending", "доставка",
    "доставку", "доставки", "пересылка", "пересилка", "wysyłka", "wysyłki", "przesyłka", "dostawa", "kargo", "kargo ücreti", "nakliye", "شحن",
    "الشحن", "توصيل", "التوصيل", "poštovné", "doprava", "szállítás", "postaköltség", "transport", "livrare", "frakt", "fragt", "toimitus", "المسافات",
];
/// Words behind "shipping" that say that it is in the price, or only possible.
#[rustfmt::skip]
pub(super) const NOT_ADDED: &[&str] = &[
    "included", "incl", "inclus", "inklusive", "inkl", "inclusive", "frei", "kostenlos", "gratis", "free", "dahil", "offert", "offerts", "incluido",
    "incluso", "inclusa", "compris", "compresa", "comprese", "possible", "möglich", "only", "nur", "w cenie", "включена", "включено", "бесплатно",
    "бесплатная", "безкоштовна", "inbegriffen", "posible", "possibile", "ücretsiz", "gratuite", "gratuita", "مجاني", "to", "worldwide", "nach",
    "available", "za pobraniem",
];
/// Words before "shipping" that say that it costs nothing.
#[rustfmt::skip]
pub(super) const FREE_BEFORE: &[&str] = &[
    "free", "kostenloser", "gratis", "kostenfreier", "incl.", "inkl.", "including", "includes", "inklusive", "with", "mit", "бесплатная",
    "безкоштовна", "darmowa", "ücretsiz", "livraison gratuite",
];
/// Words right before what comes on top.
#[rustfmt::skip]
pub(super) const ADDING: &[&str] = &[
    "+", "plus", "zzgl.", "zzgl", "zuzüglich", "más", "mais", "più", "плюс", "artı", "zuz.", "exkl.", "add", "additional", "en sus", "+ ca.", "+ca.",
];
/// Words right before what is taken off.
#[rustfmt::skip]
pub(super) const OFF_BEFORE: &[&str] = &[
    "save", "you save", "you saved", "sie sparen", "du sparst", "ersparnis", "rabatt", "économisez", "remise", "remise de", "ahorra", "ahorras",
    "descuento", "risparmi", "sconto", "economize", "desconto", "korting", "je bespaart", "скидка", "экономия", "знижка", "rabat", "oszczędzasz",
    "zniżka", "indirim", "خصم", "sleva", "discount", "savings",
];
/// Words right behind what is taken off.
#[rustfmt::skip]
pub(super) const OFF_BEHIND: &[&str] = &[
    "off", "rabatt", "sparen", "gespart", "nachlass", "de réduction", "de remise", "de rabais", "de descuento", "de desconto", "di sconto", "korting",
    "скидка", "скидки", "знижка", "rabatu", "zniżki", "taniej", "indirim", "خصم", "sleva", "discount", "savings", "saved", "réduction", "sconto",
];
/// Words before an amount that an order must reach.
#[rustfmt::skip]
pub(super) const LIMITS: &[&str] = &[
    "orders", "order value", "free shipping", "free delivery", "bestellwert", "bestellung", "versandkostenfrei", "kostenloser versand",
    "gratisversand", "commande", "livraison gratuite", "livraison offerte", "pedidos", "envío gratis", "ordini", "spedizione gratuita", "compras",
    "frete grátis", "bestelling", "gratis verzending", "при заказе", "бесплатная доставка", "при замовленні", "безкоштовна доставка", "zamówieni",
    "darmowa dostawa", "siparişlerde", "ücretsiz kargo", "ve üzeri", "الطلبات", "شحن مجاني",
];
/// Words behind an amount that an order must reach.
#[rustfmt::skip]
pub(super) const LIMITS_BEHIND: &[&str] = &[
    "bestellwert", "warenwert", "einkaufswert", "d'achat", "d’achat", "de compra", "di spesa", "versandkostenfrei", "kostenloser versand",
    "free shipping", "ve üzeri",
];
