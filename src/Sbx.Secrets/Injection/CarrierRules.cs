using System.Text;
using Sbx.Secrets.Services;

namespace Sbx.Secrets.Injection;

/// <summary>Decides which headers and query parameters of a guest carry a credential to a service's hosts.</summary>
internal sealed class CarrierRules(ServiceDefinition service)
{
    private readonly HashSet<string> _headers = new(service.CarrierHeaders, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _query = new(service.CarrierQuery, StringComparer.OrdinalIgnoreCase);
    private readonly IReadOnlyList<string> _placeholders = service.PlaceholderTexts;

    public CarrierVerdict InspectHeader(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        // Some servers read an underscore as a hyphen.
        if (!_headers.Contains(name) && !_headers.Contains(name.Replace('_', '-')))
            return CarrierVerdict.None;
        // HTTP clients return cookies by themselves (load balancers set them): removed, but no reason to refuse.
        if (name.StartsWith("cookie", StringComparison.OrdinalIgnoreCase) || name.Equals("Proxy-Authorization", StringComparison.OrdinalIgnoreCase))
            return CarrierVerdict.Placeholder;
        return IsPlaceholder(value.Trim()) ? CarrierVerdict.Placeholder : CarrierVerdict.Foreign;
    }

    public string StripQuery(string pathAndQuery, out CarrierVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(pathAndQuery);
        verdict = CarrierVerdict.None;
        var start = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        if (start < 0)
            return pathAndQuery;
        StringBuilder? kept = null;
        var query = pathAndQuery[(start + 1)..];
        // Some servers separate parameters by ';' too: a carrier is looked for behind both.
        var parts = query.Split('&');
        for (var i = 0; i < parts.Length; i++)
        {
            var found = InspectPart(parts[i]);
            if (found > verdict)
                verdict = found;
            if (found != CarrierVerdict.None)
            {
                kept ??= new StringBuilder(string.Join('&', parts[..i]));
            }
            else if (kept is not null)
            {
                if (kept.Length > 0)
                    kept.Append('&');
                kept.Append(parts[i]);
            }
        }

        if (kept is null)
            return pathAndQuery;
        return kept.Length == 0 ? pathAndQuery[..start] : $"{pathAndQuery[..start]}?{kept}";
    }

    private CarrierVerdict InspectPart(string part)
    {
        var worst = CarrierVerdict.None;
        foreach (var piece in part.Split(';'))
        {
            var equals = piece.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? piece : piece[..equals]);
            var bracket = name.IndexOf('[', StringComparison.Ordinal);
            if (bracket > 0)
                name = name[..bracket];
            if (!_query.Contains(name.Trim()))
                continue;
            var verdict = IsPlaceholder(equals < 0 ? "" : Decode(piece[(equals + 1)..])) ? CarrierVerdict.Placeholder : CarrierVerdict.Foreign;
            if (verdict > worst)
                worst = verdict;
        }

        return worst;
    }

    // Decoded until it stays the same, at most three times: a server behind a server may decode twice.
    private static string Decode(string text)
    {
        text = text.Replace('+', ' ');
        for (var i = 0; i < 3; i++)
        {
            var decoded = Uri.UnescapeDataString(text);
            if (decoded == text)
                break;
            text = decoded;
        }

        return text;
    }

    private bool IsPlaceholder(string value)
    {
        if (value.Length == 0 || _placeholders.Contains(value, StringComparer.Ordinal))
            return true;
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
            return false;
        var scheme = value[..space].ToLowerInvariant();
        var rest = value[(space + 1)..].Trim();
        return scheme switch
        {
            "bearer" or "token" or "apikey" or "api-key" or "key" => rest.Length == 0 || _placeholders.Contains(rest, StringComparer.Ordinal),
            "basic" => IsBasicPlaceholder(rest),
            "aws4-hmac-sha256" => service.Scheme == ServiceScheme.AwsSigV4 && IsAwsPlaceholder(rest),
            _ => false,
        };
    }

    // user:placeholder, or placeholder: as the user name, the way GitHub and others take tokens.
    private bool IsBasicPlaceholder(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
            return false;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return false;
        var (user, password) = (text[..colon], text[(colon + 1)..]);
        return _placeholders.Contains(password, StringComparer.Ordinal) || (password.Length == 0 && (user.Length == 0 || _placeholders.Contains(user, StringComparer.Ordinal)))
            || (password == "x-oauth-basic" && _placeholders.Contains(user, StringComparer.Ordinal));
    }

    private bool IsAwsPlaceholder(string rest)
        => rest.StartsWith("Credential=", StringComparison.Ordinal) && rest.IndexOf('/', StringComparison.Ordinal) is var slash && slash > 11
            && _placeholders.Contains(rest[11..slash], StringComparer.Ordinal);
}
