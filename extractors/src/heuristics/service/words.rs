//! Words of addresses and headings of a site's own service.

/// Words in the last part of an address, in lower case without signs between them.
#[rustfmt::skip]
pub(super) const ADDRESS: &[&str] = &[
    "password", "passwords", "passwd", "passwort", "passwordreset", "resetpassword", "forgotpassword", "forgottenpassword", "forgot", "forgotten",
    "lostpassword", "sendpassword", "passwordforgotten", "pwd", "recover", "recovery", "vergessen", "oublie", "oublié", "perdu", "senha", "heslo", "contraseña",
    "register", "registration", "registrierung", "registrieren", "regist", "registrar", "registro", "registrace", "rejestracja", "signup", "join",
    "createaccount", "newaccount", "accountcreate", "registrazione", "inscription", "cadastro", "kayit",
    "account", "myaccount", "konto", "meinkonto", "compte", "moncompte", "cuenta", "micuenta", "conta", "hesabim", 
    "contact", "contacts", "contactus", "contactform", "kontakt", "kontakty", "kontakte", "kontaktformular", "contatti", "contato", "contacto",
    "contactez", "nouscontacter", "iletisim", "kapcsolat", "feedbackform", "sendmessage", "newreply", "newthread", "posting", "sendfriend",
    "cart", "basket", "shoppingcart", "viewcart", "checkout", "warenkorb", "kasse", "panier", "carrito", "carrello", "carrinho", "koszyk", "sepet",
    "winkelwagen", "korzina", "kosik", "wishlist", "merkzettel", "compare", "orderstatus", "trackorder", "ordertracking", "orderhistory",
    "terms", "conditions", "agb", "cgv", "tos", "privacy", "datenschutz", "impressum", "imprint", "legal", "disclaimer", "mentionslegales",
    "faq", "faqs", "help", "hilfe", "aide", "ayuda", "aiuto", "ajuda", "pomoc", "yardim", "newsletter", "subscribe", "unsubscribe", "sitemap",
    "shipping", "returns", "versand", "livraison", "zahlung", "widerruf", "dostavka", "oplata", "payment", "delivery", "aboutus", "about",
    "ueberuns", "uberuns", "quisommesnous", "onas", "hakkimizda", "customerservice", "kundenservice", 
];

/// Words that stand beside them there.
#[rustfmt::skip]
pub(super) const BESIDE: &[&str] = &[
    "my", "your", "user", "users", "customer", "customers", "member", "members", "new", "form", "us", "page", "online", "info", "information", "a", "an", "the",
    "and", "or", "to", "your", "reset", "create", "lost", "site", "index", "de", "du", "mot", "passe", "mein", "mon", "mi", "friend", "send", "free", "business",
    "personal", "shop", "store", "web", "html", "php", "en", "fr", "it", "es", "pl", "ru",
];

/// Last parts of an address that are a step of what the part before names.
pub(super) const STEPS: &[&str] = &["new", "index", "index.php", "index.html", "form", "edit", "create", "add", "send", "step1", "1"];

/// Whole headings, folded.
#[rustfmt::skip]
pub(super) const HEADINGS: &[&str] = &[
    "contact", "contacts", "kontakt", "kontakte", "kontakty", "contatti", "contato", "contacto", "contact form", "kontaktformular", "get in touch",
    "контакты", "контакти", "обратная связь", "iletişim", "اتصل بنا", "register", "registration", "sign up", "sign-up", "join", "join us", "join now",
    "new customer", "new account", "registrieren", "registrierung", "neu registrieren", "konto erstellen", "neukunde", "inscription", "s'inscrire",
    "créer un compte", "registro", "regístrate", "registrarse", "crear cuenta", "registrazione", "registrati", "cadastro", "registo", "registar", "criar conta",
    "rejestracja", "zarejestruj się", "załóż konto", "registreren", "регистрация", "реєстрація", "kayıt ol", "üye ol", "إنشاء حساب", "تسجيل",
    "my account", "account", "your account", "mein konto", "mon compte", "mi cuenta", "il mio account", "minha conta", "moje konto", "личный кабинет", "hesabım",
    "login", "log in", "sign in", "signin", "log on", "anmelden", "login or register", "identification", "connexion", "s'identifier", "identifiez-vous",
    "authentification", "iniciar sesión", "accedi", "entrar", "zaloguj się", "logowanie", "inloggen", "вход", "авторизация", "вхід", "giriş", "تسجيل الدخول",
    "cart", "basket", "shopping cart", "your cart", "your basket", "my cart", "shopping basket", "checkout", "warenkorb", "ihr warenkorb", "kasse", "panier",
    "mon panier", "votre panier", "carrito", "carrito de compras", "carrello", "carrinho", "koszyk", "winkelwagen", "winkelmand", "корзина", "кошик", "sepet", "sepetim",
    "wishlist", "my wishlist", "wish list", "order status", "track order", "track your order", "order tracking", "order history",
    "terms", "terms of use", "terms of service", "terms and conditions", "terms & conditions", "conditions of use", "agb", "allgemeine geschäftsbedingungen",
    "conditions générales de vente", "condiciones", "termini e condizioni", "regulamin", "условия использования", "privacy", "privacy policy", "privacy notice",
    "datenschutz", "datenschutzerklärung", "politique de confidentialité", "política de privacidad", "polityka prywatności", "impressum", "mentions légales",
    "legal notice", "faq", "faqs", "frequently asked questions", "help", "help center", "help centre", "hilfe", "aide", "ayuda", "aiuto", "ajuda", "pomoc", "помощь",
    "customer service", "kundenservice", "service client", "newsletter", "sitemap", "site map", "about us", "about", "über uns", "à propos", "qui sommes-nous",
    "quiénes somos", "chi siamo", "quem somos", "o nas", "over ons", "о нас", "о компании", "про нас", "hakkımızda", "shipping", "shipping & returns",
    "shipping and returns", "delivery", "returns", "versand", "versand und zahlung", "zahlung und versand", "livraison", "доставка и оплата", "оплата и доставка",
    "доставка", "envíos", "spedizione", "advanced search", "erweiterte suche", "recherche avancée", "búsqueda avanzada", "post a reply", "reply to thread",
    "email to a friend", "tell a friend",
];

/// Beginnings of headings, folded.
#[rustfmt::skip]
pub(super) const BEGINNINGS: &[&str] = &[
    "contact us", "contact form", "contact the", "kontaktieren sie", "nehmen sie kontakt", "contactez", "nous contacter", "contáctanos", "contáctenos", "contattaci",
    "fale conosco", "entre em contato", "skontaktuj", "neem contact", "свяжитесь", "связаться с", "зв'яжіться", "bize ulaşın",
    "create an account", "create account", "create a new account", "create your account", "create my account", "open an account", "register for", "register a",
    "register an", "sign up for", "new customer", "new user", "customer registration", "user registration", "account registration", "member registration",
    "forgot your", "forgot password", "forgot my", "forgotten your", "forgotten password", "lost your password", "lost password", "password recovery",
    "password reset", "password reminder", "reset your password", "reset password", "recover your", "recover password", "request new password", "retrieve password",
    "retrieve your", "passwort vergessen", "kennwort vergessen", "passwort zurücksetzen", "mot de passe oubli", "mot de passe perdu", "récupér", "olvidé",
    "olvidó", "¿olvid", "olvid", "recuperar contraseña", "recupera contraseña", "restablecer", "password dimenticata", "recupera password", "recupero password",
    "hai dimenticato", "esqueci", "esqueceu", "recuperar senha", "recuperar palavra", "zapomnia", "nie pamiętam hasła", "przypomnij", "odzyskaj", "resetuj hasło",
    "wachtwoord vergeten", "zapomenuté heslo", "zabudnuté heslo", "восстановление пароля", "забыли пароль", "восстановить пароль", "відновлення паролю",
    "забули пароль", "şifremi unuttum", "şifre", "نسيت كلمة", "استعادة كلمة", "terms and conditions", "terms of", "privacy policy",
];
