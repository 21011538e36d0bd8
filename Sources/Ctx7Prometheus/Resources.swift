/// What is shipped for a Prometheus and a Grafana that look at ctx7-jobs.
public enum Resources {
  /// Alert rules, YAML (https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules).
  public static var rules: String { String(decoding: PackageResources.rules_yml, as: UTF8.self) }

  /// A dashboard, JSON, for Grafana's "Import dashboard".
  public static var dashboard: String { String(decoding: PackageResources.grafana_json, as: UTF8.self) }
}
