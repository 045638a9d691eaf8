using System.Text;
using Sbx.Api.Contracts;

namespace Sbx.Tool.Output.Door;

/// <summary>Secrets and services as tables.</summary>
internal static class SecretText
{
    /// <summary>Stored secrets, those of the environment that nothing stored goes before, then custom ones.</summary>
    public static string Of(SecretsDocument document, bool bold)
    {
        var text = new StringBuilder();
        var used = document.Environment.Where(e => !e.Stored).ToList();
        if (document.Secrets.Count + used.Count > 0)
        {
            var table = new TextTable("SCOPE", "SERVICE", "SECRET");
            foreach (var secret in document.Secrets)
                table.Add(secret.Scope, secret.Service, secret.Secret);
            foreach (var found in used)
                table.Add("(environment)", found.Service, $"{found.Secret} ({found.Variable})");
            text.Append(table.ToText(bold));
        }

        if (document.CustomSecrets.Count > 0)
        {
            var table = new TextTable("SCOPE", "NAME", "TARGETS", "ENV", "PLACEHOLDER", "SECRET");
            foreach (var custom in document.CustomSecrets)
                table.Add(custom.Scope, custom.Service, string.Join(",", custom.Targets), custom.Env ?? "", custom.Placeholder ?? "", custom.Secret);
            text.Append(text.Length > 0 ? "\n" : "").Append("CUSTOM SECRETS\n").Append(table.ToText(bold));
        }

        return text.ToString();
    }

    /// <summary>Credentials of the environment, and whether something stored goes before them.</summary>
    public static string Found(IReadOnlyList<EnvironmentSecretInfo> found, bool bold)
    {
        var table = new TextTable("SERVICE", "VARIABLE", "SECRET", "STORED");
        foreach (var secret in found)
            table.Add(secret.Service, secret.Variable, secret.Secret, secret.Stored ? "yes" : "no");
        return table.ToText(bold);
    }

    /// <summary>Services: where their credential goes, and how.</summary>
    public static string Services(IReadOnlyList<ServiceInfo> services, bool bold)
    {
        var table = new TextTable("SERVICE", "SOURCE", "HOSTS", "SENT AS", "VARIABLES");
        foreach (var service in services)
        {
            var sent = service.Headers.Count > 0 ? string.Join(", ", service.Headers) : service.Scheme;
            var variables = service.Placeholders.Keys.Concat(service.HostVariables).Distinct();
            table.Add(
                service.Name, service.BuiltIn ? "built-in" : "own", string.Join(",", service.Hosts) + (service.Path is { } path ? $" {path}" : ""), sent,
                string.Join(",", variables));
        }

        return table.ToText(bold);
    }
}
