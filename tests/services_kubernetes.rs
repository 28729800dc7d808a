//! The Kubernetes files of the examples: by the published schemas, and by what no schema says: names that belong together, probes
//! that the container can run, and a stop within the grace period.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::harness::Scratch;
use crate::harness::compile::checkout;
use crate::harness::files::text_of;
use crate::python_support::environment;

const FILES: [&str; 2] = ["deployment.yaml", "daemonset.yaml"];

const CHECK: &str = r#"
import sys, yaml
for name, kind in (("deployment", "Deployment"), ("daemonset", "DaemonSet")):
    with open(f"{sys.argv[1]}/{name}.yaml") as file:
        document = yaml.safe_load(file)
    assert (document["apiVersion"], document["kind"]) == ("apps/v1", kind), name
    spec = document["spec"]
    assert set(spec) == {"selector", "template"} | ({"replicas"} if kind == "Deployment" else set()), set(spec)
    template = spec["template"]
    assert spec["selector"]["matchLabels"] == template["metadata"]["labels"] == document["metadata"]["labels"]
    pod = template["spec"]
    assert pod["terminationGracePeriodSeconds"] > 0
    (container,) = pod["containers"]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert set(mounts) == {volume["name"] for volume in pod["volumes"]}
    for probe in ("startupProbe", "livenessProbe"):
        command = container[probe]["exec"]["command"]
        assert command[:2] == ["daemonize", "--status"] and command[-1].startswith(mounts["run"] + "/"), command
    assert container["readinessProbe"]["tcpSocket"]["port"] in {port["name"] for port in container["ports"]}
"#;

fn examples() -> std::path::PathBuf {
    checkout().join("examples/container")
}

/// Asks the schemas of one version, which come with the package kubernetes-validate. A field that they do not know is an error.
fn validate(version: &str, file: &Path) -> Output {
    let mut command = Command::new(environment("kubernetes").join("bin/kubernetes-validate"));
    command.args(["--strict", "-k", version]).arg(file).output().expect("the program runs")
}

#[test]
fn they_are_as_the_published_schemas_say() {
    for version in ["1.28", "1.31", "1.34", "1.37"] {
        for name in FILES {
            let output = validate(version, &examples().join(name));
            assert!(output.status.success(), "{name}, {version}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[test]
fn what_the_schemas_do_not_know_is_found() {
    let scratch = Scratch::new();
    for name in FILES {
        for (word, other) in [
            ("livenessProbe:", "liveliness:"),
            ("containerPort: 7777", "containerPort: greet"),
            ("  selector:\n", "  selected:\n"),
            ("drop: [\"ALL\"]", "drop: ALL"),
        ] {
            let text = text_of(&examples().join(name));
            assert_eq!(text.matches(word).count(), 1, "{name}: {word}");
            let file = scratch.path(name);
            fs::write(&file, text.replace(word, other)).expect("a changed file");
            assert!(!validate("1.37", &file).status.success(), "{name}: {other}");
        }
    }
}

#[test]
fn a_deployment_and_a_daemon_set_fit_together() {
    let python = environment("kubernetes").join("bin/python");
    let output = Command::new(python).args(["-c", CHECK]).arg(examples()).output().expect("Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
