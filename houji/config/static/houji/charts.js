/* Charts: <div class="hj-chart" data-chart="months" data-source="id"> with its data in a JSON block of
   that id. Nothing is fetched and nothing is written into the page but the canvas. */
(function () {
  "use strict";
  var style = getComputedStyle(document.documentElement);
  var token = function (name) { return style.getPropertyValue("--hj-" + name).trim(); };
  var chinese = document.documentElement.lang.slice(0, 2) === "zh";
  var keys = { amount: "c1", payment: "c2", no_complaint: "c3", survey: "c4", referral: "c5", joint: "c6" };
  var font = token("font");
  var axisText = { color: token("ink-3"), fontSize: 12, fontFamily: font };
  var figureText = { color: token("ink-2"), fontSize: 12, fontFamily: font };
  var hatch = {
    symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4, color: "rgba(255,255,255,.55)"
  };

  function figure(value) { return Number(value).toLocaleString("en-US").replace("-", "\u2212"); }
  function short(value) {
    if (value === 0) { return "0"; }
    var by = chinese ? 10000 : 1000;
    if (Math.abs(value) < by) { return figure(value); }
    return figure(Math.round(value / by * 100) / 100) + (chinese ? " 万" : "k");
  }
  function total(series, index) {
    return series.reduce(function (sum, one) { return sum + one.data[index]; }, 0);
  }
  function colour(series, index) { return token(keys[series.key] || "c" + (index % 6 + 1)); }
  function merge() { return Object.assign.apply(null, [{}].concat([].slice.call(arguments))); }

  function base(more) {
    return merge({ animation: false, textStyle: { fontFamily: font }, aria: { enabled: false } }, more);
  }
  function months(labels, more) {
    return {
      type: "category", data: labels, axisTick: { show: false },
      axisLine: { lineStyle: { color: token("line-2") } },
      axisLabel: merge({ hideOverlap: true, margin: 8, lineHeight: 17 }, axisText, more)
    };
  }
  function amounts() {
    return {
      type: "value", min: 0, splitNumber: 4, axisLabel: merge({ formatter: short, margin: 10 }, axisText),
      splitLine: { lineStyle: { color: token("line") } }
    };
  }
  function tooltip(write) {
    return {
      trigger: "axis", renderMode: "richText", confine: true, formatter: write, padding: [8, 12],
      axisPointer: { type: "shadow", shadowStyle: { color: "rgba(11,79,85,.05)" } },
      backgroundColor: token("ground"), borderColor: token("line-2"), borderWidth: 1,
      textStyle: { color: token("ink"), fontSize: 12, fontFamily: font, lineHeight: 20 }
    };
  }
  function flat(label) { return String(label).replace("\n", " "); }

  var kinds = {
    /* One bar a month, stacked by category; the running month is hatched because it is not finished. */
    months: function (data, element, word) {
      var narrow = element.clientWidth < 480;
      var last = data.labels.length - 1;
      var bars = data.series.map(function (one, at) {
        var fill = colour(one, at);
        return {
          name: one.name, type: "bar", stack: "all", barWidth: "58%", itemStyle: { color: fill },
          emphasis: { disabled: true },
          data: one.data.map(function (value, index) {
            var unfinished = data.running && index === last;
            return unfinished ? { value: value, itemStyle: { color: fill, decal: hatch } } : value;
          })
        };
      });
      if (bars.length) {
        bars[bars.length - 1].label = merge({
          show: !narrow, position: "top",
          formatter: function (point) {
            var sum = total(data.series, point.dataIndex);
            return sum ? (sum / (chinese ? 10000 : 1000)).toFixed(1) : "";
          }
        }, figureText);
      }
      return base({
        grid: { left: 52, right: 4, top: 24, bottom: 42 }, series: bars,
        xAxis: months(data.labels, { interval: narrow ? 1 : 0 }), yAxis: amounts(),
        tooltip: tooltip(function (points) {
          var index = points[0].dataIndex;
          var first = flat(points[0].axisValue) + "  " + word.total + " " + figure(total(data.series, index)) + " " + word.points;
          return [first].concat(points.map(function (point) {
            return point.seriesName + "  " + figure(point.value);
          })).join("\n");
        })
      });
    },
    /* Points by month of expiry: the nearest is darker, what is still pending is hatched. */
    lots: function (data, element, word) {
      var narrow = element.clientWidth < 480;
      var nearest = data.available.findIndex(function (value) { return value > 0; });
      var light = token("gold-300");
      return base({
        grid: { left: 2, right: 2, top: 24, bottom: 40 },
        xAxis: months(data.labels, { interval: narrow ? 1 : 0, lineHeight: 16 }),
        yAxis: { type: "value", min: 0, show: false },
        series: [
          {
            name: word.available, type: "bar", stack: "all", barWidth: narrow ? "60%" : 30,
            emphasis: { disabled: true },
            data: data.available.map(function (value, index) {
              return { value: value, itemStyle: { color: index === nearest ? token("gold-700") : light } };
            })
          },
          {
            name: word.pending, type: "bar", stack: "all", itemStyle: { color: light, decal: hatch },
            emphasis: { disabled: true }, data: data.pending,
            label: merge({
              show: true, position: "top",
              formatter: function (point) {
                var sum = data.available[point.dataIndex] + data.pending[point.dataIndex];
                return sum ? figure(sum) : "";
              }
            }, figureText)
          }
        ],
        tooltip: tooltip(function (points) {
          return [flat(points[0].axisValue) + " " + word.expires].concat(points.map(function (point) {
            return point.seriesName + "  " + figure(point.value) + " " + word.points;
          })).join("\n");
        })
      });
    },
    /* A trend without axes; the last value is marked, a limit is dashed. */
    spark: function (data) {
      var end = data.data.length - 1;
      var mark = token(data.gold ? "gold-500" : "teal-700");
      var line = {
        type: "line", data: data.data, symbol: "circle", showAllSymbol: true, silent: true,
        symbolSize: function (_, point) { return point.dataIndex === end ? 5 : 0; },
        lineStyle: { width: 1.5, color: mark }, itemStyle: { color: mark }
      };
      if (data.limit !== undefined && data.limit !== null) {
        line.markLine = {
          silent: true, symbol: "none", label: { show: false }, data: [{ yAxis: data.limit }],
          lineStyle: { color: token("ink-3"), type: [3, 3], width: 1 }
        };
      }
      return base({
        grid: { left: 3, right: 4, top: 4, bottom: 4 }, series: [line],
        xAxis: { type: "category", show: false, boundaryGap: false, data: data.data.map(function (_, i) { return i; }) },
        yAxis: { type: "value", show: false, min: data.min, max: data.max }
      });
    },
    /* Shares, longest first, the figure at the end of its bar. */
    rank: function (data, element) {
      var narrow = element.clientWidth < 360;
      var names = chinese ? 76 : 128;
      return base({
        grid: { left: names, right: narrow ? 108 : 128, top: 0, bottom: 0, outerBoundsMode: "none" },
        xAxis: { type: "value", min: 0, show: false },
        yAxis: {
          type: "category", inverse: true, data: data.rows.map(function (row) { return row.name; }),
          axisTick: { show: false }, axisLine: { show: false },
          axisLabel: {
            color: token("ink"), fontSize: narrow ? 12 : 14, fontFamily: font, align: "left", margin: names,
            width: names - 8, overflow: "truncate"
          }
        },
        series: [{
          type: "bar", barWidth: 12, emphasis: { disabled: true }, silent: true,
          data: data.rows.map(function (row, at) {
            return { value: row.value, itemStyle: { color: colour(row, at) } };
          }),
          label: {
            show: true, position: "right", distance: 8, color: token("ink-2"), fontFamily: font,
            fontSize: narrow ? 12 : 14, formatter: function (point) { return data.rows[point.dataIndex].text; }
          }
        }]
      });
    }
  };

  function draw() {
    if (!window.echarts) { return; }
    document.querySelectorAll("[data-chart]").forEach(function (element) {
      var source = document.getElementById(element.dataset.source);
      if (!source || !element.clientWidth) { return; }
      var words = {
        total: element.dataset.wordTotal || "", points: element.dataset.wordPoints || "",
        available: element.dataset.wordAvailable || "", pending: element.dataset.wordPending || "",
        expires: element.dataset.wordExpires || ""
      };
      var chart = window.echarts.getInstanceByDom(element) || window.echarts.init(element, null, { renderer: "canvas" });
      chart.resize();
      chart.setOption(kinds[element.dataset.chart](JSON.parse(source.textContent), element, words), true);
    });
  }

  window.addEventListener("load", function () {
    draw();
    var wait;
    window.addEventListener("resize", function () { clearTimeout(wait); wait = setTimeout(draw, 80); });
  });
  document.addEventListener("htmx:afterSettle", draw);
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-chart-table]");
    if (!button) { return; }
    var table = document.getElementById(button.dataset.chartTable);
    table.hidden = !table.hidden;
    button.setAttribute("aria-expanded", String(!table.hidden));
  });
})();
