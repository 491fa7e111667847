//! Names of the first-level regions by which sites of classified advertisements part their goods.

use std::collections::HashSet;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

/// By country, in its own languages, parted by bars.
const REGIONS: &[&str] = &[
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming",
    "Alberta|British Columbia|Manitoba|New Brunswick|Newfoundland and Labrador|Nova Scotia|Ontario|Prince Edward Island|Québec|Quebec|Saskatchewan",
    "New South Wales|Queensland|South Australia|Tasmania|Victoria|Western Australia|Northern Territory",
    "Eastern Cape|Free State|Gauteng|KwaZulu-Natal|Limpopo|Mpumalanga|North West|Northern Cape|Western Cape",
    "Abruzzo|Basilicata|Calabria|Campania|Emilia-Romagna|Friuli-Venezia Giulia|Lazio|Liguria|Lombardia|Marche|Molise|Piemonte|Puglia|Sardegna|Sicilia|Toscana|Trentino-Alto Adige|Umbria|Valle d'Aosta|Veneto",
    "Auvergne-Rhône-Alpes|Bourgogne-Franche-Comté|Bretagne|Centre-Val de Loire|Corse|Grand Est|Hauts-de-France|Île-de-France|Ile-de-France|Normandie|Nouvelle-Aquitaine|Occitanie|Pays de la Loire|Provence-Alpes-Côte d'Azur",
    "Andalucía|Aragón|Asturias|Islas Baleares|Canarias|Cantabria|Castilla y León|Castilla-La Mancha|Cataluña|Extremadura|Galicia|La Rioja|Madrid|Murcia|Navarra|País Vasco|Comunidad Valenciana",
    "Baden-Württemberg|Bayern|Brandenburg|Bremen|Hessen|Mecklenburg-Vorpommern|Niedersachsen|Nordrhein-Westfalen|Rheinland-Pfalz|Saarland|Sachsen|Sachsen-Anhalt|Schleswig-Holstein|Thüringen",
    "Burgenland|Kärnten|Niederösterreich|Oberösterreich|Salzburg|Steiermark|Tirol|Vorarlberg",
    "Drenthe|Flevoland|Friesland|Gelderland|Groningen|Limburg|Noord-Brabant|Noord-Holland|Overijssel|Utrecht|Zeeland|Zuid-Holland",
    "dolnośląskie|kujawsko-pomorskie|lubelskie|lubuskie|łódzkie|małopolskie|mazowieckie|opolskie|podkarpackie|podlaskie|pomorskie|śląskie|świętokrzyskie|warmińsko-mazurskie|wielkopolskie|zachodniopomorskie",
    "England|Scotland|Wales|Northern Ireland",
    "Acre|Alagoas|Amapá|Amazonas|Bahia|Ceará|Distrito Federal|Espírito Santo|Goiás|Maranhão|Mato Grosso|Mato Grosso do Sul|Minas Gerais|Paraíba|Paraná|Pernambuco|Piauí|Rio de Janeiro|Rio Grande do Norte|Rio Grande do Sul|Rondônia|Roraima|Santa Catarina|São Paulo|Sergipe|Tocantins",
];
/// What such names end or begin with in languages that say so.
const ENDINGS: &[&str] = &[" область", " край", " county", " ili"];
const BEGINNINGS: &[&str] = &["województwo ", "provincia di ", "provincia de ", "région ", "land "];

/// Whether a text is the name of a first-level region, in any case of letters.
pub(crate) fn is_region(text: &str) -> bool {
    static NAMES: LazyLock<HashSet<String, FxBuildHasher>> =
        LazyLock::new(|| REGIONS.iter().flat_map(|names| names.split('|')).map(str::to_lowercase).collect());
    let lower = text.trim().to_lowercase();
    NAMES.contains(&lower)
        || ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
}
