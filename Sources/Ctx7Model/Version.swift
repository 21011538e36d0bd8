/// The version of this package, by semantic versioning: what `--version` prints and the Debian package carries.
public let packageVersion = "1.0.0"
