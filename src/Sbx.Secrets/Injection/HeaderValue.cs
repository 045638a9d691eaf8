using System.Text;
using Sbx.Secrets.Services;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Injection;

/// <summary>Renders header values; the value is checked again here, since this is where it could split a header.</summary>
internal static class HeaderValue
{
    public static string Render(HeaderTemplate header, SecretValue value)
    {
        SecretValueRules.Check(value.Bytes);
        return header.Encoding == HeaderEncoding.Basic
            ? "Basic " + Convert.ToBase64String([.. Encoding.UTF8.GetBytes(header.Prefix + ":"), .. value.Bytes])
            : header.Prefix + value.Reveal();
    }
}
