using Sbx.Secrets.Stores.Files;
using Sbx.Secrets.Stores.MacOS;
using Sbx.Secrets.Stores.SecretService;
using Sbx.Secrets.Stores.Windows;

namespace Sbx.Secrets.Stores;

/// <summary>
/// Chooses where secrets are kept: what the setting says, else the kind that holds secrets already, else the keychain of the system, else
/// the encrypted file.
/// </summary>
public static class SecretStoreChooser
{
    /// <summary>Name of the setting: <c>secret-service</c>, <c>keychain</c>, <c>credential-manager</c>, <c>file</c>, or <c>auto</c>.</summary>
    public const string Setting = "SBX_KEYCHAIN";

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Chooses and opens a store.</summary>
    /// <exception cref="SecretException">The setting names a store this machine does not have.</exception>
    public static async Task<ISecretStore> OpenAsync(SecretStoreOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var kind = options.Setting is null or "" or "auto" ? Remembered(options) : options.Setting;
        kind ??= await DetectAsync(options, cancellationToken).ConfigureAwait(false);
        return new RememberedStore(Create(kind, options), options.ChoiceFile);
    }

    private static ISecretStore Create(string kind, SecretStoreOptions options) => kind switch
    {
        "file" => new FileSecretStore(options.File),
        "secret-service" when LibSecret.IsInstalled => new SecretServiceStore(options.Instance, options.CallTimeout),
        "keychain" when OperatingSystem.IsMacOS() => new KeychainStore(options.Instance),
        "credential-manager" when OperatingSystem.IsWindows() => new CredentialManagerStore(options.Instance),
        "secret-service" when OperatingSystem.IsLinux() => throw new SecretException(
            SecretErrorKind.Keychain, "The library libsecret-1.so.0, which talks to the Secret Service, is not installed.", "Install it (Debian: libsecret-1-0), or keep secrets in a file with: SBX_KEYCHAIN=file"),
        "secret-service" or "keychain" or "credential-manager" => throw new SecretException(
            SecretErrorKind.Keychain, $"This system has no {kind}.", $"Set {Setting} to auto or file."),
        _ => throw new SecretException(
            SecretErrorKind.Invalid, $"'{Sbx.Policies.Hosts.Printable.Text(kind)}' is not a kind of keychain.", $"{Setting} is auto, secret-service, keychain, credential-manager or file."),
    };

    private static string? Remembered(SecretStoreOptions options)
    {
        var kind = File.Exists(options.ChoiceFile) ? File.ReadAllText(options.ChoiceFile).Trim() : null;
        return kind is "file" or "secret-service" or "keychain" or "credential-manager" ? kind : null;
    }

    private static async Task<string> DetectAsync(SecretStoreOptions options, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsMacOS())
            return "keychain";
        if (OperatingSystem.IsWindows())
            return "credential-manager";
        // Without a session bus GLib would try to start one.
        var hasBus = Environment.GetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS") is { Length: > 0 }
            || (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } run && File.Exists(Path.Combine(run, "bus")));
        if (hasBus && LibSecret.IsInstalled && await new SecretServiceStore(options.Instance, ProbeTimeout).IsReachableAsync(cancellationToken).ConfigureAwait(false))
            return "secret-service";
        return "file";
    }
}
