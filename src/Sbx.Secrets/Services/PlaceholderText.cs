namespace Sbx.Secrets.Services;

/// <summary>Texts that stand for a credential in the guest.</summary>
public static class PlaceholderText
{
    /// <summary>What stands for most credentials.</summary>
    public const string Default = "proxy-managed";

    /// <summary>For clients that look for the prefix of a GitHub token before they sign in: <c>gho_</c> and 36 characters.</summary>
    public const string GitHub = "gho_" + "proxymanaged" + "000000000000000000000000";

    /// <summary>For clients that check the shape of an AWS access key id.</summary>
    public const string AwsAccessKeyId = "AKIAPROXYMANAGED0000";
}
