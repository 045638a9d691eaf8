using System.Diagnostics;
using Sbx.Policies.Hosts;
using Sbx.Secrets.Services;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Catalog;

/// <summary>
/// Fetches values that a command or tool gives. Runs from a fresh temporary directory, with standard input closed; what the command
/// prints on standard error is never shown, since it may hold the value.
/// </summary>
internal static class DynamicSecret
{
    private const int MaximumText = 4096;

    /// <exception cref="SecretException">The text is not usable.</exception>
    public static void Check(StoredSecretKind kind, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (text.Length > MaximumText || text.Any(char.IsControl))
            throw new SecretException(SecretErrorKind.Invalid, "The command or reference has a control character or is too long.", "Give one line; put more into a script.");
        if (kind == StoredSecretKind.Reference)
            Arguments(text);
    }

    /// <exception cref="SecretException">The command failed, took too long, or printed nothing usable.</exception>
    public static async Task<SecretValue> FetchAsync(
        StoredSecretKind kind, string text, ServiceDefinition service, SecretCatalogOptions options, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("sbx-secret-");
        try
        {
            var start = kind == StoredSecretKind.Command ? Shell(text) : Tool(text, options.Environment);
            start.WorkingDirectory = directory.FullName;
            start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
            start.UseShellExecute = false;
            return await CommandOutput.ReadAsync(start, service.Name, options.CommandTimeout, options.Time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static ProcessStartInfo Shell(string command)
        => OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", ["/d", "/c", command]) : new ProcessStartInfo("/bin/sh", ["-c", command]);

    private static ProcessStartInfo Tool(string reference, Func<string, string?> variable)
    {
        var (tool, arguments) = Arguments(reference);
        return new ProcessStartInfo(ToolPath.Find(tool, variable), arguments);
    }

    private static (string Tool, string[] Arguments) Arguments(string reference)
    {
        if (reference.StartsWith("op://", StringComparison.Ordinal) && reference.Length > 5)
            return ("op", ["read", "--no-newline", reference]);
        if (reference.StartsWith("arn:aws:secretsmanager:", StringComparison.Ordinal) && reference.Split(':') is { Length: >= 7 } parts)
            return ("aws", ["secretsmanager", "get-secret-value", "--region", parts[3], "--secret-id", reference, "--query", "SecretString", "--output", "text"]);
        throw new SecretException(
            SecretErrorKind.Invalid, $"'{Printable.Text(reference)}' is not a reference of a known form.", "Forms: op://vault/item/field, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME. For anything else use --command.");
    }
}
