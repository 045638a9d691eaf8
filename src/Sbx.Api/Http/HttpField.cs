namespace Sbx.Api.Http;

/// <summary>A header field.</summary>
/// <param name="Name">Token of RFC 9110, compared without case.</param>
/// <param name="Value">Visible characters, spaces and tabs, without those around it.</param>
internal sealed record HttpField(string Name, string Value);
