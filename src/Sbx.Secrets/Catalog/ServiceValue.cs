using Sbx.Secrets.Aws;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Services;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Catalog;

/// <summary>What a service demands of its value, and which parts of it are secret.</summary>
internal static class ServiceValue
{
    public static void Check(ServiceDefinition service, SecretValue value)
    {
        SecretValueRules.Check(value.Bytes);
        foreach (var placeholder in service.PlaceholderTexts)
        {
            if (value.Bytes.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(placeholder)))
                throw new SecretException(SecretErrorKind.Invalid, $"The value for {service.Name} is the placeholder of a sandbox, not a key.", "Give the real key, from outside the sandbox.");
        }

        if (service.Scheme == ServiceScheme.AwsSigV4)
            AwsCredential.Parse(value).Dispose();
    }

    public static MaskForms Forms(ServiceDefinition service, SecretValue value)
    {
        if (service.Scheme != ServiceScheme.AwsSigV4)
            return MaskForms.Of(value);
        using var credential = AwsCredential.Parse(value);
        return credential.SessionToken is { } token ? MaskForms.Of(value, credential.SecretKey, token) : MaskForms.Of(value, credential.SecretKey);
    }
}
