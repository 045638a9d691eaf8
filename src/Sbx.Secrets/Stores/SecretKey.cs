namespace Sbx.Secrets.Stores;

/// <summary>Names one entry of a store.</summary>
/// <param name="Sandbox">Sandbox it belongs to; null for the global scope.</param>
/// <param name="Service">Service.</param>
public sealed record SecretKey(string? Sandbox, string Service)
{
    /// <summary><c>global</c> or <c>sandbox:NAME</c>.</summary>
    public string Scope => Sandbox is null ? "global" : $"sandbox:{Sandbox}";

    /// <summary>For messages: <c>openai (global)</c>.</summary>
    public override string ToString() => $"{Service} ({(Sandbox is null ? "global" : Sandbox)})";

    internal static SecretKey? FromScope(string scope, string service) => scope switch
    {
        "global" => new SecretKey(null, service),
        _ when scope.StartsWith("sandbox:", StringComparison.Ordinal) => new SecretKey(scope[8..], service),
        _ => null,
    };
}
