//! The programs of `programs/`, compiled against the header and the release library of this checkout.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::stat::{Mode, umask};
use tempfile::TempDir;

use super::operations::PROGRAMS;

/// Cargo's target directory, in which this program is. To be asked for before the mount namespace changes: in a chroot its path
/// cannot be told any more then.
pub fn target_directory() -> Result<PathBuf, String> {
    let executable = std::env::current_exe().map_err(|error| error.to_string())?;
    let target = executable.ancestors().nth(2).ok_or("the walk is in no directory of cargo's")?;
    Ok(target.to_owned())
}

/// Where the compiled programs are.
pub struct Programs {
    pub directory: PathBuf,
    _temporary: Option<TempDir>,
}

/// Compiles them all, each a second time with allocations that can be refused. With sanitizers, `sanitized` is the directory
/// of a library that has them too. Every user can execute the programs: those of a target directory that not everybody may
/// search are in a temporary one.
pub fn programs(target: &Path, sanitized: Option<&Path>) -> Result<Programs, String> {
    let library = sanitized.unwrap_or(&target.join("release")).join("libdaemon.so.1");
    if !library.exists() {
        return Err(format!("{} is missing: run `make build` first", library.display()));
    }
    let failed = |error: std::io::Error| format!("a directory for the programs: {error}");
    let temporary = if may_all_search(target) { None } else { Some(for_all().map_err(failed)?) };
    let place = temporary.as_ref().map_or(target, TempDir::path);
    let directory = place.join(if sanitized.is_some() { "faults-sanitized" } else { "faults" });
    fs::create_dir_all(&directory).map_err(failed)?;
    // Copied, so that a build meanwhile changes nothing.
    let place = directory.join("libdaemon.so.1");
    let copied = fs::copy(&library, directory.join("new")).and_then(|_| fs::rename(directory.join("new"), &place));
    copied.map_err(|error| format!("{}: {error}", place.display()))?;
    let link = directory.join("libdaemon-1.so");
    if link.symlink_metadata().is_err() {
        symlink("libdaemon.so.1", &link).map_err(|error| format!("{}: {error}", link.display()))?;
    }
    for name in PROGRAMS {
        let flags: &[&str] = if sanitized.is_some() { &["-fsanitize=address,undefined"] } else { &[] };
        compile(&directory, flags, &[name], name)?;
        if sanitized.is_none() {
            compile(&directory, flags, &[name, "alloc"], &format!("{name}-alloc"))?;
        }
    }
    Ok(Programs { directory, _temporary: temporary })
}

fn for_all() -> std::io::Result<TempDir> {
    umask(Mode::from_bits_truncate(0o022));
    let place = tempfile::Builder::new().prefix("libdaemon-faults-programs-").tempdir()?;
    fs::set_permissions(place.path(), Permissions::from_mode(0o755))?;
    Ok(place)
}

fn may_all_search(directory: &Path) -> bool {
    let may = |directory: &Path| directory.metadata().is_ok_and(|status| status.permissions().mode() & 1 != 0);
    directory.ancestors().all(may)
}

fn compile(directory: &Path, flags: &[&str], sources: &[&str], program: &str) -> Result<(), String> {
    let faults = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut gcc = Command::new("gcc");
    gcc.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-g"]).args(flags).arg("-o").arg(directory.join(program));
    gcc.args(sources.iter().map(|source| faults.join("programs").join(format!("{source}.c"))));
    gcc.arg("-I").arg(faults.join("../../include")).arg("-L").arg(directory);
    gcc.arg(format!("-Wl,-rpath,{}", directory.display())).arg("-ldaemon-1");
    let output = gcc.output().map_err(|error| format!("gcc: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}:\n{}", String::from_utf8_lossy(&output.stderr)))
}
