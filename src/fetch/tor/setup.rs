//! From our settings to arti's, and the errors that opening it gives, with their remedies.

use crate::config::Tor as Settings;
use crate::fetch::failure::chain;
use arti_client::config::{CfgPath, TorClientConfigBuilder};
use arti_client::{BootstrapBehavior, ErrorKind, HasKind, TorClient, TorClientConfig};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tor_rtcompat::PreferredRuntime;

/// The Tor client as this program runs it.
pub(super) type Arti = TorClient<PreferredRuntime>;

/// The folders of state and cache of an instance.
pub fn folders(settings: &Settings, data: &Path) -> (PathBuf, PathBuf) {
    let beside = |name: &str| data.join("tor").join(name);
    (settings.state.clone().unwrap_or_else(|| beside("state")), settings.cache.clone().unwrap_or_else(|| beside("cache")))
}

/// Opens the folders; nothing is connected to yet.
pub(super) async fn open(settings: &Settings, data: &Path) -> Result<Arc<Arti>, String> {
    crate::fetch::clearnet::install_crypto_provider();
    let (state, cache) = folders(settings, data);
    let config = configuration(settings, &state, &cache)?;
    TorClient::builder()
        .config(config)
        .bootstrap_behavior(BootstrapBehavior::Manual)
        .create_unbootstrapped_async()
        .await
        .map_err(|error| explain(&error, &state, &cache))
}

fn configuration(settings: &Settings, state: &Path, cache: &Path) -> Result<TorClientConfig, String> {
    let mut builder: TorClientConfigBuilder =
        serde_json::from_value(written(settings)).map_err(|error| format!("[tor] is not understood: {error}"))?;
    // What arti keeps must not follow wherever the process is started from.
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    builder.storage().state_dir(CfgPath::new_literal(absolute(state))).cache_dir(CfgPath::new_literal(absolute(cache)));
    builder.build().map_err(|error| format!("[tor] does not hold together: {error}"))
}

/// The settings in the form of arti's own configuration file.
fn written(settings: &Settings) -> Value {
    let seconds = |duration: std::time::Duration| format!("{} sec", duration.as_secs().max(1));
    let transports: Vec<Value> = (settings.transports.iter())
        .map(|one| json!({"protocols": one.protocols, "path": {"literal": one.path}, "arguments": one.arguments, "run_on_startup": true}))
        .collect();
    let mut config = json!({
        "storage": {"permissions": {"dangerously_trust_everyone": !settings.check_permissions}},
        "stream_timeouts": {"connect_timeout": seconds(settings.connect)},
        "bridges": {"bridges": settings.bridges, "transports": transports},
    });
    let (Some(network), Some(config_table)) = (&settings.network, config.as_object_mut()) else { return config };
    // What arti would take instead are the addresses of the public authorities.
    let authorities: Vec<_> = network.caches.iter().map(|cache| &cache.orports).collect();
    let caches: Vec<Value> = (network.caches.iter())
        .map(|cache| json!({"rsa_identity": cache.rsa_identity, "ed_identity": cache.ed_identity, "orports": cache.orports}))
        .collect();
    let contacts = json!({"v3idents": network.authorities, "uploads": authorities, "downloads": authorities, "votes": authorities});
    config_table.insert("tor_network".into(), json!({"authorities": contacts, "fallback_caches": caches}));
    if network.one_machine {
        // A network that fits on one machine has too few relays for vanguards, and none to have circuits ready for.
        config_table.insert("path_rules".into(), json!({"ipv4_subnet_family_prefix": 33, "ipv6_subnet_family_prefix": 129}));
        config_table.insert("preemptive_circuits".into(), json!({"initial_predicted_ports": [], "disable_at_threshold": 0}));
        config_table.insert("vanguards".into(), json!({"mode": "disabled"}));
    }
    config
}

/// An error of opening as a sentence with its remedy.
fn explain(error: &arti_client::Error, state: &Path, cache: &Path) -> String {
    let what = chain(error).map(ToString::to_string).collect::<Vec<_>>().join(": ");
    let hint = match error.kind() {
        ErrorKind::FsPermissions => format!(
            "Tor's folders {} and {} tell whom it met, so no other account may change or read them or a folder above them: `chmod 700` \
             what is named, name others as [tor] state and cache, or set check_permissions = false",
            state.display(),
            cache.display()
        ),
        ErrorKind::LocalResourceAlreadyInUse => "another process uses the folder; end it, or name another one as [tor] state".to_owned(),
        ErrorKind::PersistentStateCorrupted | ErrorKind::CacheCorrupted => {
            format!("move {} and {} away; Tor begins anew", state.display(), cache.display())
        }
        ErrorKind::InvalidConfig => "see [tor] in vigie.toml".to_owned(),
        ErrorKind::ExternalToolFailed => "see whether the program of [[tor.transport]] can be started".to_owned(),
        _ => format!("see whether {} and {} can be written", state.display(), cache.display()),
    };
    format!("Tor cannot start: {what}; hint: {hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tor::{Cache, Network, PluggableTransport};

    fn private() -> Settings {
        let cache = Cache {
            rsa_identity: "27102BC123E7AF1D4741AE047E160C91ADC76B21".into(),
            ed_identity: "q2t3gg1O5zXvMZ1Cszl8ZQpZrmaf7HvXVRxn0wvC5lE".into(),
            orports: vec!["127.1.2.3:9001".parse().unwrap()],
        };
        let network = Network { authorities: vec![cache.rsa_identity.clone()], caches: vec![cache], one_machine: true };
        Settings { network: Some(network), ..Settings::default() }
    }

    #[test]
    fn what_is_written_is_understood() {
        let obfs4 = PluggableTransport { protocols: vec!["obfs4".into()], path: "/usr/bin/$odd".into(), arguments: vec!["-x".into()] };
        let bridge = "obfs4 192.0.2.55:38114 316E643333645F6D79216558614D3931657A5F5F cert=YXJl iat-mode=0";
        for settings in [
            Settings::default(),
            private(),
            Settings { bridges: vec![bridge.into()], transports: vec![obfs4], check_permissions: false, ..private() },
        ] {
            configuration(&settings, Path::new("state"), Path::new("cache")).unwrap();
        }
        let wrong = Settings { bridges: vec!["no bridge".into()], ..Settings::default() };
        assert!(configuration(&wrong, Path::new("state"), Path::new("cache")).is_err());
    }

    #[test]
    fn a_private_network_has_nothing_of_the_public_one() {
        let text = format!("{:?}", configuration(&private(), Path::new("state"), Path::new("cache")).unwrap());
        let public = format!("{:?}", configuration(&Settings::default(), Path::new("state"), Path::new("cache")).unwrap());
        for address in ["204.13.164.118", "193.23.244.244", "128.31.0.39"] {
            assert!(public.contains(address) && !text.contains(address), "{address}");
        }
        assert!(text.contains("127.1.2.3:9001"));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_folder_that_others_can_write_is_refused_with_the_remedy() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let open_to_all = folder.path().join("open");
        std::fs::create_dir(&open_to_all).unwrap();
        std::fs::set_permissions(&open_to_all, std::fs::Permissions::from_mode(0o777)).unwrap();
        let Err(said) = open(&private(), &open_to_all).await else { panic!("it was opened") };
        assert!(said.contains("chmod 700") && said.contains("check_permissions"), "{said}");
        assert!(open(&Settings { check_permissions: false, ..private() }, &open_to_all).await.is_ok());
    }
}
