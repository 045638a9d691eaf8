using Sbx.Bench.Measuring;
using Sbx.Bench.Peers;

namespace Sbx.Bench;

/// <summary>What scenarios work with.</summary>
/// <param name="Settings">What is measured.</param>
/// <param name="Sbx">The tool.</param>
/// <param name="Docker">The peer, or null when it cannot run here.</param>
/// <param name="Table">Where results go.</param>
internal sealed record BenchContext(Settings Settings, SbxTool Sbx, Docker? Docker, Table Table);
