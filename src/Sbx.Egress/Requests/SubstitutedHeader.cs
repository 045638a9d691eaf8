using System.Text;
using Sbx.Secrets.Injection;

namespace Sbx.Egress.Requests;

/// <summary>Replaces a placeholder in a header value, also inside Basic credentials (RFC 7617).</summary>
internal static class SubstitutedHeader
{
    private const string Basic = "Basic ";

    /// <summary>The value to send; equal to the given one when it has no placeholder.</summary>
    public static string Of(CredentialBinding binding, string value)
    {
        if (!value.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return binding.Substitute(value, isTarget: false);
        var bytes = new byte[value.Length];
        if (!Convert.TryFromBase64String(value[Basic.Length..].Trim(), bytes, out var length))
            return value;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var now = binding.Substitute(text, isTarget: false);
        return now == text ? value : Basic + Convert.ToBase64String(Encoding.UTF8.GetBytes(now));
    }
}
