//! Whether people can sign in through the provider that is configured. Nobody signs in, and no code is redeemed.

use crate::doctor::{Check, Instance, counted};
use crate::oidc::{Fault, Provider};

const NAME: &str = "provider";

/// None where no provider is configured.
pub(super) async fn check(instance: &Instance<'_>, offline: bool) -> Option<Check> {
    let settings = &instance.config.settings;
    let oidc = settings.web.oidc.as_ref()?;
    if offline {
        return Some(Check::ok(NAME, "not tried: --offline"));
    }
    let found = match Provider::new(oidc, settings.tls.extra_roots.as_deref()) {
        Ok(provider) => provider.look().await,
        Err(error) => Err(Fault::Misfit(format!("{error:#}"))),
    };
    Some(match found {
        Ok(keys) => Check::ok(NAME, format!("{} answers, and signs with {}", oidc.issuer, counted(keys, "key"))),
        Err(fault @ Fault::Down(_)) => {
            let advice = "See whether this machine reaches it (name server, route, firewall, certificates); passwords work meanwhile.";
            Check::warning(NAME, format!("{}: {fault}", oidc.issuer), advice)
        }
        Err(fault) => Check::warning(
            NAME,
            format!("{}: {fault}", oidc.issuer),
            "See [web.oidc] in vigie.toml and docs/users.md; passwords work meanwhile.",
        ),
    })
}
