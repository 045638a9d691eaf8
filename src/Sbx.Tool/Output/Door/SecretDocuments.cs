using Sbx.Api.Contracts;

namespace Sbx.Tool.Output.Door;

/// <summary>What <c>secret ls --json</c> prints; holds nothing secret. <c>env_only_count</c>: credentials of the environment that nothing stored goes before.</summary>
internal sealed record SecretsDocument(
    IReadOnlyList<SecretInfo> Secrets, IReadOnlyList<CustomSecretDocument> CustomSecrets, IReadOnlyList<EnvironmentSecretInfo> Environment, int EnvOnlyCount,
    string Store, string StoreKind);

/// <summary>A custom secret: where its placeholder is replaced, and the variable that holds it in the sandbox.</summary>
internal sealed record CustomSecretDocument(string Scope, string Service, IReadOnlyList<string> Targets, string? Env, string? Placeholder, string Secret, string Kind)
{
    /// <summary>The document of a secret whose service is known, or has gone.</summary>
    public static CustomSecretDocument Of(SecretInfo secret, ServiceInfo? service)
    {
        var (variable, placeholder) = service?.Placeholders.FirstOrDefault() ?? default;
        return new(secret.Scope, secret.Service, service?.Hosts ?? [], variable, placeholder, secret.Secret, secret.Kind);
    }
}

/// <summary>What <c>secret import --json</c> prints.</summary>
internal sealed record ImportDocument(IReadOnlyList<EnvironmentSecretInfo> Found, IReadOnlyList<string> Imported);
