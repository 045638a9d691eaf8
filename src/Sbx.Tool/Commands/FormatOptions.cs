using McMaster.Extensions.CommandLineUtils;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;

namespace Sbx.Tool.Commands;

/// <summary><c>--json</c> and <c>--format</c>.</summary>
internal sealed class FormatOptions(CommandLineApplication app, bool issues = false)
{
    private readonly CommandOption _json = app.Flag("--json", "Print JSON, failures too");
    private readonly CommandOption _format = app.Value("--format <FORMAT>", issues ? "table, json, yaml or github-issue" : "table, json or yaml");

    /// <summary>Whether failures are to be JSON.</summary>
    public bool IsJson => _json.HasValue() || _format.Value() == "json";

    /// <summary>The format asked for.</summary>
    /// <exception cref="Api.Errors.SbxException">There is no such format.</exception>
    public OutputFormat Value => JsonOutput.FormatOf(_json.HasValue(), _format.Value(), issues);
}
