using Sbx.Agent.Configuration.Providers;
using Sbx.Agent.Configuration.Yaml;

namespace Sbx.Agent.Configuration.Reading;

/// <summary>The names a file defines, and whether what refers to them does.</summary>
internal sealed class ReferenceChecks(
    ReadContext context, IReadOnlySet<string> agents, IReadOnlySet<string> models, IReadOnlySet<string> providers, IReadOnlySet<string> rag)
{
    public void Agent(string name, SourceMark at)
    {
        // A slash or a colon makes it the reference of an agent kept elsewhere.
        if (!agents.Contains(name) && !name.Contains('/') && !name.Contains(':')) context.FailUnknown(at, "agent", name, agents);
    }

    public void RagSource(string name, SourceMark at)
    {
        if (!rag.Contains(name)) context.FailUnknown(at, "rag source", name, rag);
    }

    /// <summary>Checks one reference: a name of the file, <c>auto</c>, or <c>provider/model</c>.</summary>
    public void Model(string reference, SourceMark at)
    {
        if (reference == "auto" || models.Contains(reference)) return;
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == reference.Length - 1)
            context.FailUnknown(at, "model", reference, models.Append("auto").Append("provider/model"));
        else Provider(reference[..slash], at);
    }

    public void Provider(string name, SourceMark at)
    {
        if (providers.Contains(name) || BuiltInProvider.Find(name) is not null) return;
        context.FailUnknown(at, "provider", name, providers.Concat(BuiltInProvider.All.Select(provider => provider.Name)));
    }
}
