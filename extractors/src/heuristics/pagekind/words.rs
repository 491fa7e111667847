//! Words by which pages say what they are.

#[rustfmt::skip]
pub(super) const NOT_FOUND: &[&str] = &[
    "not found", "404", "does not exist", "doesn't exist", "no longer exists", "no longer available", "nicht gefunden",
    "existiert nicht", "introuvable", "n'existe pas", "no encontrada", "no encontrado", "non trovata", "não encontrada",
    "nie znaleziono", "niet gevonden", "не найден", "has been removed", "page cannot be found", "could not find", "couldn't find",
    "can't find", "can’t find", "nicht mehr verfügbar", "nicht mehr vorhanden", "n'est plus disponible", "n’est plus disponible",
    "ya no está disponible", "ya no existe", "no existe", "non è più disponibile", "non esiste", "não existe",
    "não está mais disponível", "nie istnieje", "bestaat niet", "niet meer beschikbaar", "не существует", "удалено", "удалена",
    "не знайдено", "не існує", "bulunamadı", "mevcut değil", "غير موجود", "لم يتم العثور",
];

#[rustfmt::skip]
pub(super) const ERROR: &[&str] = &[
    "internal server error", "bad gateway", "service unavailable", "gateway timeout", "forbidden", "access denied", "error 5",
    "database error", "maintenance", "suspended", "too many requests", "fatal error",
];

#[rustfmt::skip]
pub(super) const EMPTY: &[&str] = &[
    "no results", "0 results", "no listings", "no products", "no items", "no matches", "nothing found", "no ads found",
    "keine ergebnisse", "keine treffer", "keine angebote", "keine artikel", "nichts gefunden", "aucun résultat", "aucune annonce",
    "aucun produit", "sin resultados", "ningún resultado", "no hay resultados", "no hay productos", "no hay anuncios",
    "no se encontraron", "nessun risultato", "nessun prodotto", "nessun annuncio", "nenhum resultado", "nenhum produto",
    "brak wyników", "nie znaleziono", "geen resultaten", "geen producten", "ничего не найдено", "нет результатов", "нет товаров",
    "нет объявлений", "нічого не знайдено", "немає товарів", "sonuç bulunamadı", "ürün bulunamadı", "ilan bulunamadı", "لا توجد نتائج",
    "لا توجد إعلانات",
];

#[rustfmt::skip]
pub(super) const OPINIONS: &[&str] = &[
    "feedback", "feedbacks", "reviews", "ratings", "bewertungen", "bewertung", "avis", "évaluations", "evaluations", "opiniones",
    "valoraciones", "recensioni", "avaliacoes", "avaliações", "opinie", "oceny", "beoordelingen", "recensies", "отзывы", "otzyvy",
    "відгуки", "vidguky", "vidhuky", "otzivy", "opinioni", "resenas", "reseñas", "recenzje", "rezensionen", "kundenstimmen", "stimmen", "testimonials",
    "vouches", "commentaires", "yorum", "evaluaciones", "referencje", "yorumlar", "degerlendirmeler", "التقييمات",
];

#[rustfmt::skip]
pub(super) const ACCOUNT: &[&str] = &[
    "profile", "vendor", "seller", "profil", "vendeur", "verkäufer", "vendedor", "venditore", "sprzedawca", "verkoper", "продавец",
    "профиль",
];

#[rustfmt::skip]
pub(super) const TIPS: &[&str] = &[
    "contact vendor", "contact seller", "message vendor", "send message", "send a message", "report vendor", "user profile",
    "vendor profile", "about vendor", "seller profile", "pgp key", "public key", "verkäufer kontaktieren", "contacter le vendeur",
];
