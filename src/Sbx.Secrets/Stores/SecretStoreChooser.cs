namespace Sbx.Secrets.Stores;

/// <summary>Chooses where secrets are kept.</summary>
public static class SecretStoreChooser
{
    /// <summary>Name of the setting: <c>secret-service</c>, <c>keychain</c>, <c>credential-manager</c>, <c>file</c>, or <c>auto</c>.</summary>
    public const string Setting = "SBX_KEYCHAIN";
}
