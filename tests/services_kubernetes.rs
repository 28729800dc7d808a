//! The Kubernetes files of the examples. Their schemas are in no package that the tests use, so their shape is looked at here: names
//! that belong together, probes that the container can run, and a stop within the grace period.

use std::process::Command;

use crate::harness::compile::checkout;
use crate::harness::needs;

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

#[test]
fn a_deployment_and_a_daemon_set_fit_together() {
    // Debian's, which has the package.
    let python = "/usr/bin/python3";
    needs::works("no YAML for Python", [python, "-c", "import yaml"]);
    let files = checkout().join("examples/container");
    let output = Command::new(python).args(["-c", CHECK]).arg(files).output().expect("Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
