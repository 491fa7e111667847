//! `vigie show persona`.

use std::io::Write;

use anyhow::{Result, bail};

use crate::audit::Purpose;
use crate::cli::{Dossier, ShowArgs};
use crate::commands::Usage;
use crate::commands::session::{headline, plain};
use crate::commands::show::{self, lines};
use crate::config::Config;
use crate::database::Connection;
use crate::dossier::Among;
use crate::dossier::persona::{self, Linked, Member, PersonaDossier};

/// Refuses to compare by style what no case asks for.
pub(super) fn check_style(args: &ShowArgs, purpose: &Purpose) -> Result<()> {
    if args.style && args.kind != Dossier::Persona {
        return Err(Usage("--style compares personas; hint: vigie show persona ID --style --case REF".into()).into());
    }
    if args.style && purpose.case.as_deref().is_none_or(|case| case.trim().is_empty()) {
        return Err(
            Usage("accounts are compared by style only in a case; hint: give --case REF, which goes into the reading log".into()).into()
        );
    }
    Ok(())
}

pub(super) async fn dossiers(
    connection: &mut Connection,
    args: &ShowArgs,
    config: &Config,
    among: Among<'_>,
) -> Result<Vec<PersonaDossier>> {
    let named = persona::named(connection, &args.id, args.source.as_deref()).await?;
    if named.is_empty() {
        bail!(
            "no persona or account {:?} is known; hint: name an account SOURCE:NAME, `vigie search '*' --count-by vendor` lists names, \
             `vigie reextract` finds the marks of accounts read by an earlier version",
            args.id
        );
    }
    let mut dossiers = Vec::new();
    for (id, accounts) in named {
        let mut dossier = persona::persona(connection, id, &accounts, among, config).await?;
        dossier.accounts.iter().try_for_each(|one| show::check(among, &one.source, &one.vendor))?;
        if args.style {
            dossier.hints = Some(persona::hints(connection, &dossier).await?);
        }
        dossier.keep(among);
        dossiers.push(dossier);
    }
    Ok(dossiers)
}

pub(super) fn print(out: &mut impl Write, one: &PersonaDossier) -> Result<()> {
    let id = one.persona.clone().unwrap_or_else(|| "none: the account stands alone".into());
    let marking = one.role.marking;
    let marked = format!("TLP:{} PAP:{}", marking.tlp.code(), marking.pap.code()).to_uppercase();
    lines(out, &[("persona", Some(id)), ("subject", Some(show::subject(&one.role))), ("marked", Some(marked))])?;
    show::corrected(out, &one.role)?;
    writeln!(out, "\nAccounts")?;
    for account in &one.accounts {
        let seen = [&account.first_seen, &account.last_seen].map(|at| at.as_deref().unwrap_or("?"));
        let replica = account.replica_of.as_ref().map(|original| format!(", set apart: its site is a replica of {original}"));
        let (listings, replica) = (account.listings, replica.unwrap_or_default());
        writeln!(out, "{}  {}  {listings} listings, {} to {}{replica}", account.vendor, called(account), seen[0], seen[1])?;
        for copy in one.copies.iter().filter(|copy| copy.copy_of == account.vendor) {
            let account = &copy.account;
            writeln!(out, "  its replica, linked with nobody: {}  {}  {} listings", account.vendor, called(account), account.listings)?;
        }
    }
    for (title, pairs) in [("Links", &one.pairs), ("Leads, not united", &one.leads)] {
        if !pairs.is_empty() {
            writeln!(out, "\n{title}")?;
        }
        pairs.iter().try_for_each(|pair| print_pair(out, pair))?;
    }
    if !one.shared.is_empty() {
        writeln!(out, "\nShared, links nobody")?;
    }
    for shared in &one.shared {
        writeln!(out, "{:<16}{}: {}", shared.kind, headline(&shared.value), plain(&shared.why))?;
    }
    if let Some(hints) = &one.hints {
        writeln!(out, "\nHints by style, never united: {}", if hints.is_empty() { "none" } else { "for a person to judge" })?;
        for hint in hints {
            writeln!(out, "{:.2}  {}", hint.probability, plain(&hint.sentence))?;
        }
    }
    writeln!(out)?;
    Ok(())
}

fn called(account: &Member) -> String {
    format!("{} on {}", headline(&account.name), account.source)
}

fn print_pair(out: &mut impl Write, pair: &Linked) -> Result<()> {
    writeln!(out, "{:.3}  {} and {}", pair.probability, called(&pair.one), called(&pair.other))?;
    if let Some(decision) = &pair.decision {
        let word = if decision.decision == "confirm" { "confirmed" } else { "refused" };
        writeln!(out, "       {word} by {} at {}: {}", plain(&decision.author), decision.at, headline(&decision.reason))?;
    }
    if let Some(account) = &pair.impersonator {
        let account = if *account == pair.one.vendor { &pair.one } else { &pair.other };
        writeln!(out, "       possible impersonation: {} shows a key that it does not prove", called(account))?;
    }
    for link in &pair.links {
        writeln!(out, "  {:.3}  {}", link.probability, headline(&link.sentence))?;
        for evidence in &link.evidence {
            writeln!(out, "         seen {}  {}", evidence.at, evidence.capture)?;
        }
        for against in &link.against {
            writeln!(out, "         against: {}", plain(against))?;
        }
    }
    Ok(())
}
