using System.Globalization;
using System.Text;
using Sbx.Policies;
using Sbx.Policies.Documents;
using Sbx.Policies.Patterns;

namespace Sbx.Secrets.Services;

/// <summary>
/// The file of the user's own services (<c>services.yaml</c> in the configuration directory). Unknown keys and wrong types are refused
/// with line and column. Holds no secret.
/// </summary>
public static class ServicesFile
{
    private const string Header = "# Services of your own for sbx; built-in ones are not listed. Secrets are not kept here.\n";

    /// <summary>Reads the file; none means no own services.</summary>
    /// <exception cref="PolicyException">It is not valid; names line and column.</exception>
    public static IReadOnlyList<ServiceDefinition> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return PrivateFile.Read(path) is { } text ? Parse(path, text) : [];
    }

    /// <summary>Reads a text of that form.</summary>
    /// <param name="name">Name of the file, for messages.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="PolicyException">It is not valid; names line and column.</exception>
    public static IReadOnlyList<ServiceDefinition> Parse(string name, string text)
    {
        var root = ConfigReader.Read(name, text);
        if (root is null)
            return [];
        var map = root.Map("version", "services");
        if (map.TryGetValue("version", out var version) && version.Integer() != 1)
            throw version.Error("this version of the file is not known", "This sbx reads version 1.");
        return map.TryGetValue("services", out var services) ? [.. services.List().Select(ReadService)] : [];
    }

    /// <summary>Writes the file as a whole.</summary>
    /// <exception cref="SecretException">A definition is not valid.</exception>
    public static void Write(string path, IEnumerable<ServiceDefinition> services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = new StringBuilder(Header).Append("version: 1\nservices:\n");
        foreach (var service in services)
        {
            ServiceRules.Check(service);
            WriteService(builder, service);
        }

        PrivateFile.Write(path, builder.ToString());
    }

    private static ServiceDefinition ReadService(ConfigNode node)
    {
        var map = node.Map("name", "hosts", "path", "header", "prefix", "user", "encoding", "scheme", "host-variables", "placeholders", "strip-headers", "strip-query");
        string Required(string key) => map.TryGetValue(key, out var value) ? value.Scalar() : throw node.Error($"the key '{key}' is missing");
        IReadOnlyList<string> Texts(string key) => map.TryGetValue(key, out var list) ? [.. list.ListOrOne().Select(i => i.Scalar())] : [];

        var scheme = map.TryGetValue("scheme", out var schemeNode)
            ? schemeNode.Scalar() switch
            {
                "header" => ServiceScheme.Header,
                "substitute" => ServiceScheme.Substitute,
                _ => throw schemeNode.Error("this scheme is not known", "Schemes: header, substitute."),
            }
            : ServiceScheme.Header;
        var encoding = map.TryGetValue("encoding", out var encodingNode)
            ? encodingNode.Scalar() switch
            {
                "raw" => HeaderEncoding.Raw,
                "basic" => HeaderEncoding.Basic,
                _ => throw encodingNode.Error("this encoding is not known", "Encodings: raw, basic."),
            }
            : HeaderEncoding.Raw;
        HeaderTemplate[] headers = scheme == ServiceScheme.Header
            ? [new HeaderTemplate(Required("header"), map.TryGetValue(encoding == HeaderEncoding.Basic ? "user" : "prefix", out var prefix) ? prefix.Text : "", encoding)]
            : [];
        var path = map.TryGetValue("path", out var pathNode) ? pathNode.Scalar() : null;
        var hosts = map.TryGetValue("hosts", out var hostsNode) ? hostsNode.ListOrOne() : throw node.Error("the key 'hosts' is missing");
        var service = ServiceBuilder.Build(
            Required("name"), [.. hosts.Select(h => h.Parse(HostPattern.Parse))], path, headers, scheme, Texts("host-variables"),
            map.TryGetValue("placeholders", out var placeholders) ? placeholders.Pairs().ToDictionary(p => p.Key.Text, p => p.Value.Scalar()) : [],
            Texts("strip-headers"), Texts("strip-query"));
        try
        {
            ServiceRules.Check(service);
            return service;
        }
        catch (SecretException e)
        {
            throw node.Error(e.Message.TrimEnd('.'), e.Hint);
        }
    }

    private static void WriteService(StringBuilder builder, ServiceDefinition service)
    {
        void Line(string key, string value) => builder.Append(CultureInfo.InvariantCulture, $"    {key}: {value}\n");
        var first = service.Endpoints[0];
        builder.Append(CultureInfo.InvariantCulture, $"  - name: {YamlText.Scalar(service.Name)}\n");
        Line("hosts", YamlText.ScalarOrList([.. service.Endpoints.Select(e => e.Host.Text)]));
        if (first.PathPrefix is { } path)
            Line("path", YamlText.Scalar(path));
        if (service.Scheme == ServiceScheme.Substitute)
            Line("scheme", "substitute");
        if (first.Headers is [var header, ..])
        {
            Line("header", YamlText.Scalar(header.Name));
            if (header.Encoding == HeaderEncoding.Basic)
                Line("encoding", "basic");
            if (header.Prefix.Length > 0)
                Line(header.Encoding == HeaderEncoding.Basic ? "user" : "prefix", YamlText.Scalar(header.Prefix));
        }

        if (service.HostVariables.Count > 0)
            Line("host-variables", YamlText.ScalarOrList(service.HostVariables));
        var (extraHeaders, extraQuery) = ServiceBuilder.Extra(service);
        if (extraHeaders.Count > 0)
            Line("strip-headers", YamlText.ScalarOrList(extraHeaders));
        if (extraQuery.Count > 0)
            Line("strip-query", YamlText.ScalarOrList(extraQuery));
        if (service.Placeholders.Count > 0)
        {
            builder.Append("    placeholders:\n");
            foreach (var (variable, placeholder) in service.Placeholders.OrderBy(p => p.Key, StringComparer.Ordinal))
                builder.Append(CultureInfo.InvariantCulture, $"      {YamlText.Scalar(variable)}: {YamlText.Scalar(placeholder)}\n");
        }
    }
}
